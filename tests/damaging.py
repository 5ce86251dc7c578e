"""Damage to stored objects, as disks and strangers do it: past the store, which refuses to write a key again."""

from heritage_color.settings import Settings
from heritage_color.store import Store


def overwrite(site: Settings, key: str, content: bytes) -> None:
    """Put other bytes in the place of an object of the archive bucket."""
    Store(site).client.put_object(Bucket=site.archive_bucket, Key=key, Body=content)
