"""Colour from photographs of like layout (Morimoto, Taguchi & Naemura 2009)."""
