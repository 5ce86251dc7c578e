"""Deliveries whose every fault is known before: all are found, none is invented."""

import hashlib
import random

from scan_pictures import save

from benchmarks import deliveries
from heritage_color.scans.check import check_delivery
from heritage_color.settings import Settings


def test_all_seeded_faults_are_found_and_none_is_invented(tmp_path):
    expected = deliveries.make(tmp_path, rows=1000, faults=52)
    report = check_delivery(tmp_path, Settings())
    assert deliveries.compare(report, expected) == (set(), set())
    assert {code for _, code in expected} >= {"file-missing", "checksum-mismatch", "empty", "bad-date", "row-twice"}
    assert report.files == report.accepted + report.refused


def test_a_thousand_flips_of_single_bytes_are_all_found(tmp_path):
    chance = random.Random(7)
    save(tmp_path / "a.tif")
    names = [f"{number:04}.bin" for number in range(1000)]
    lines = [f"{hashlib.sha256((tmp_path / 'a.tif').read_bytes()).hexdigest()}  a.tif\n"]
    for name in names:
        content = bytearray(chance.randbytes(chance.randint(1, 4000)))
        lines.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")
        content[chance.randrange(len(content))] ^= chance.randint(1, 255)
        (tmp_path / name).write_bytes(content)
    (tmp_path / "checksums.sha256").write_text("".join(lines))
    report = check_delivery(tmp_path, Settings())
    assert [one.file for one in report.findings if one.code == "checksum-mismatch"] == names
    assert (report.listed, report.verified) == (1001, 1)
