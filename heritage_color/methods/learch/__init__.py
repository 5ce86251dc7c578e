"""LEARCH: a learned quadratic objective over the chroma maps."""
