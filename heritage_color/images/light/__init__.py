"""Light: what ICC profiles, and files that declare light otherwise, mean by it."""
