"""The pages of digitization teams."""
