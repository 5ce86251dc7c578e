"""PNG and WebP: files that are made of chunks."""
