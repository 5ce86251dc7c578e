"""The table of all reason codes, by what they are about."""
