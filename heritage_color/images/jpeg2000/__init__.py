"""JPEG 2000: boxes, codestreams, and their samples."""
