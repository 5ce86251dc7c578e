"""Servers of this machine alone: a PostgreSQL and an S3 server, with what starts and finds their processes."""
