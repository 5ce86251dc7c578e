"""Guards of the votes: bursts, screening, and a rater's wish to be forgotten."""
