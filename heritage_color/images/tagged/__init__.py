"""Directories of tags, as TIFF and EXIF have them."""
