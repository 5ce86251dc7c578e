"""Near-duplicates: which scans look alike, and what curators make of each pair."""
