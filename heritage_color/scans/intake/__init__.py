"""What passed pre-flight comes into the archive: objects first, then their rows."""
