"""Metadata that a scan embeds: EXIF, IPTC and XMP."""
