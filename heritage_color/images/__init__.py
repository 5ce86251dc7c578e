"""Pictures on disk: any master as an upright picture, its light and metadata, and the files of results."""
