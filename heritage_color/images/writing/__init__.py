"""Writing: results, previews, and what a master says of itself."""
