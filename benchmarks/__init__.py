"""How near each heavy part comes to what this machine can do at most, as ratios within one run: `make bench`."""
