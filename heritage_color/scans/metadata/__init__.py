"""What is said of each scan: manifests, sidecars, dates."""
