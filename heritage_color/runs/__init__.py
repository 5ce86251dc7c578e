"""Runs of the pipeline: asked for, planned, rung for, and followed by the one process that talks to Airflow."""
