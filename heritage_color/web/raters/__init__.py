"""The pages of volunteer raters."""
