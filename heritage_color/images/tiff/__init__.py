"""TIFF and BigTIFF: directories, and the samples that they describe."""
