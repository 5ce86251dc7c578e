"""Votes into scores: solved anew or refined, pairs and Turing tests, written to the catalog."""
