"""The command line: a file per stage, in which each command stands beside its options."""
