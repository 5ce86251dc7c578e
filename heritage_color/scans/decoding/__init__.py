"""Each picture is decoded once, in a process of its own, and looked at."""
