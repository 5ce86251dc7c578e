"""Chroma for a master: predicted small, joined once with the master's own lightness at full size."""
