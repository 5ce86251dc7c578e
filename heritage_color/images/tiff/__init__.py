"""TIFF and BigTIFF: what a picture is by its tags, and its samples."""
