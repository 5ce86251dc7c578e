"""Whether bytes are those that were sent: checksums, lists of them, and bags."""
