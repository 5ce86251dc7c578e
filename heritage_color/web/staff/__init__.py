"""The pages of those who run campaigns and accounts."""
