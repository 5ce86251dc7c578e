"""The private Postgres and S3 server: they start, are found again, and are replaced when something killed them."""

from heritage_color.store import Store


def test_a_site_has_an_empty_catalog_and_two_buckets(site, rows):
    assert rows("select count(*) as scans from scans") == [{"scans": 0}]
    assert Store(site).write_once(site.archive_bucket, "masters/a", b"bytes", "text/plain")
    assert Store(site).read(site.archive_bucket, "masters/a") == b"bytes"
