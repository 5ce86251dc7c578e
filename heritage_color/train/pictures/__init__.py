"""Photographs to learn from: chosen, split, aged."""
