"""Out of the archive: bags, exports of the catalog, and the catalog made again from the bucket alone."""
