"""What arrives: deliveries of any shape become a folder of files."""
