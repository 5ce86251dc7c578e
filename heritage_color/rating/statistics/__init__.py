"""Statistics of votes: numbers in, numbers out. Pure."""
