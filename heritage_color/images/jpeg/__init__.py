"""JPEG: segments, and the samples behind them."""
