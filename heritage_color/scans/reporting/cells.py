"""Cells of tables that people open in a spreadsheet."""

# OWASP, CSV Injection: a cell so begun is run as a formula by some spreadsheet
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(value: object) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe stands before what would start one."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(STARTS) else text
