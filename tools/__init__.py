"""Programs that draw and write what docs/ shows; none of them is installed."""
