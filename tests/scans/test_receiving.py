"""Deliveries of every shape come to the same report; nothing of them stays behind."""

import os
import shutil
import signal
import subprocess
import sys
import tarfile
import time
import zipfile
from dataclasses import replace

import pytest
from scan_pictures import codes, manifest, save

from heritage_color import settings as configuration
from heritage_color.errors import DeliveryError, ServiceError
from heritage_color.scans import steps
from heritage_color.scans.arrival import receiving
from heritage_color.scans.check import check_delivery
from heritage_color.settings import Settings
from heritage_color.store import Store


@pytest.fixture
def delivery(tmp_path):
    """Two scans with a manifest, one of which is no picture."""
    folder = tmp_path / "supplier" / "glass"
    save(folder / "box" / "a.tif")
    (folder / "b.tif").write_text("not a picture")
    return manifest(folder, {"file": "box/a.tif", "title": "Café"}, {"file": "b.tif"})


@pytest.fixture
def home(tmp_path):
    """Settings of a machine whose folder is new."""
    return replace(Settings(), home=tmp_path / "home")


def pack(delivery, form):
    """The delivery as an archive, the folder itself in it."""
    name = shutil.make_archive(str(delivery), form, delivery.parent, delivery.name)
    return delivery.parent / os.path.basename(name)


@pytest.mark.parametrize("form", ["zip", "tar", "gztar"])
def test_an_archive_has_the_report_of_its_folder(delivery, home, form):
    report, packed = check_delivery(delivery, home), check_delivery(pack(delivery, form), home)
    assert (packed.findings, packed.fingerprint) == (report.findings, report.fingerprint)
    assert codes(packed) == [("b.tif", "not-a-picture")]
    assert [path.name for path in (home.home / "receiving").iterdir()] == [".lock"]


def test_a_prefix_of_a_bucket_has_the_report_of_its_folder(site, delivery):
    for path in (path for path in delivery.rglob("*") if path.is_file()):
        key = f"inbox/glass/{path.relative_to(delivery)}"
        Store(site).write_once(site.archive_bucket, key, path, "application/octet-stream")
    Store(site).write_once(site.archive_bucket, "inbox/glass-2/other.tif", b"another delivery", "image/tiff")
    report, fetched = check_delivery(delivery, site), check_delivery(f"s3://{site.archive_bucket}/inbox/glass/", site)
    assert (fetched.name, fetched.findings, fetched.fingerprint) == ("glass", report.findings, report.fingerprint)


def test_an_archive_in_a_bucket_is_unpacked(site, delivery):
    Store(site).write_once(site.archive_bucket, "inbox/glass.zip", pack(delivery, "zip"), "application/zip")
    assert (
        check_delivery(f"s3://{site.archive_bucket}/inbox/glass.zip", site).fingerprint
        == check_delivery(delivery, site).fingerprint
    )


def test_a_bucket_or_a_prefix_that_is_not_there_is_said_so(site):
    with pytest.raises(ServiceError, match="has no bucket never-made"):
        check_delivery("s3://never-made/glass", site)
    with pytest.raises(DeliveryError, match="holds nothing"):
        check_delivery(f"s3://{site.archive_bucket}/glass", site)


def test_another_file_is_no_delivery(tmp_path, home):
    (tmp_path / "glass.tif").write_bytes(b"7z")
    with pytest.raises(DeliveryError, match=r"no \.zip, \.tar or \.tar\.gz"):
        check_delivery(tmp_path / "glass.tif", home)


PACKED = {
    "glass.7z": (b"7z\xbc\xaf\x27\x1c", "archive-kind", "7-Zip"),
    "glass.rar": (b"Rar!\x1a\x07\1\0", "archive-kind", "RAR"),
    "glass.tar.bz2": (b"BZh91AY&SY", "archive-kind", "bzip2"),
    "glass.tar.xz": (b"\xfd7zXZ\0", "archive-kind", "xz"),
    "glass.tar.zst": (b"\x28\xb5\x2f\xfd", "archive-kind", "Zstandard"),
    "renamed.zip": (b"Rar!\x1a\x07\1\0", "archive-kind", "RAR"),
    "no-ending": (b"7z\xbc\xaf\x27\x1c", "archive-kind", "7-Zip"),
    "odd.sit": (b"of another program", "archive-kind", "another kind"),
    "glass.z01": (b"PK\x07\x08PK\x03\x04", "archive-part", "part"),
    "first-of-parts.zip": (b"PK\x07\x08PK\x03\x04", "archive-part", "part"),
    "glass.zip.001": (b"PK\x03\x04", "archive-part", "part"),
    "glass.z07": (b"in the middle", "archive-part", "part"),
    "glass.7z.002": (b"in the middle", "archive-part", "part"),
}


@pytest.mark.parametrize("name", PACKED)
def test_an_archive_that_is_not_unpacked_is_refused_by_its_kind(tmp_path, home, name):
    content, code, word = PACKED[name]
    (tmp_path / name).write_bytes(content + bytes(40))
    report = check_delivery(tmp_path / name, home)
    ((fault),) = report.findings
    assert (fault.code, word in fault.sentence, report.refused, report.clean) == (code, True, 1, False)


def test_what_was_kept_out_stands_in_the_report_under_its_name_in_the_delivery(tmp_path, home, delivery):
    archive = pack(delivery, "tar")
    link = tarfile.TarInfo("glass/box/link.tif")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with tarfile.open(archive, "a") as packed:
        packed.addfile(link)
        packed.addfile(tarfile.TarInfo("../../outside.tif"))
    report = check_delivery(archive, home)
    errors = [pair for pair in codes(report, "error") if pair[0] != "b.tif"]
    assert errors[:3] == [
        ("../../outside.tif", "entry-outside"),
        ("../../outside.tif", "not-in-manifest"),
        ("box/link.tif", "not-in-manifest"),
    ]
    assert (report.files, report.accepted, report.refused) == (4, 1, 3)
    assert not (tmp_path / "outside.tif").exists()


def test_without_its_manifest_a_packed_delivery_stays_out(tmp_path, home, delivery):
    archive = pack(delivery, "zip")
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(archive, "a") as packed:
        packed.writestr("glass/manifest.csv", "file\nbox/a.tif\n")
    report = check_delivery(archive, home)
    assert ("box/a.tif", "manifest-unreadable") in codes(report)
    assert report.accepted == 0


def test_an_archive_that_is_refused_whole_counts_as_one_file(tmp_path, site, rows):
    (tmp_path / "glass.zip").write_bytes(b"PK, and then nothing")
    counts = steps.ingest(site, tmp_path / "glass.zip")
    assert (counts.files, counts.accepted, counts.refused) == (1, 0, 1)
    assert rows("select file, code from findings") == [{"file": "glass.zip", "code": "archive-damaged"}]
    assert steps.ingest(site, tmp_path / "glass.zip") == replace(counts, new=0)


def test_the_same_delivery_in_another_shape_is_taken_in_once(site, delivery):
    first = steps.ingest(site, delivery)
    assert steps.ingest(site, pack(delivery, "gztar")) == replace(first, new=0)


def test_what_a_killed_run_left_is_removed_by_the_next(home, delivery):
    wait = "import sys, time\nfrom pathlib import Path\nfrom heritage_color import settings\n"
    wait += "from heritage_color.scans.arrival import receiving\n"
    wait += "with receiving.receive(settings.read(), sys.argv[1]): print('received', flush=True); time.sleep(600)\n"
    environment = {"PATH": os.environ["PATH"], **configuration.to_environment(home)}
    process = subprocess.Popen(
        [sys.executable, "-c", wait, str(pack(delivery, "zip"))], env=environment, stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"received\n"
    receiving.sweep(home.home)
    assert len(list((home.home / "receiving").glob("delivery-*/unpacked/glass/box/a.tif"))) == 1  # it is in use
    process.send_signal(signal.SIGKILL)
    process.wait()
    receiving.sweep(home.home)
    assert list((home.home / "receiving").glob("delivery-*")) == []


def test_deliveries_of_others_are_left_alone(tmp_path, home, delivery):
    before = sorted(delivery.parent.rglob("*"))
    started = time.time_ns()
    check_delivery(delivery, home)
    assert sorted(delivery.parent.rglob("*")) == before
    assert all(path.stat().st_mtime_ns <= started for path in before)
    assert not home.home.exists()
