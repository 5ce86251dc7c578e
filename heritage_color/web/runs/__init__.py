"""The pages of runs: what happens now, what happened, and what can be started."""
