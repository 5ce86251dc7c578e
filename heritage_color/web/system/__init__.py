"""Pages of vetoes, of the system's health, and of many scans at once."""
