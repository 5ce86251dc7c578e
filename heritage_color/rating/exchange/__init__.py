"""Votes on their way out, and those of other laboratories on their way in."""
