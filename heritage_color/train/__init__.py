"""Training: photographs in, weight files with their cards out; the model registry and its gate."""
