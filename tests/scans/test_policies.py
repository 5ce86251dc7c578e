"""Profiles compare what a header says with a policy file, and say that this is all they do."""

import hashlib
import json
from dataclasses import replace

import pytest
import tifffile
from PIL import Image, ImageCms
from scan_pictures import codes, colour, grey, manifest, save

from heritage_color.errors import SettingsError
from heritage_color.images.refusals import Limits
from heritage_color.scans.check import check_delivery
from heritage_color.scans.decoding import decode, policies
from heritage_color.scans.decoding.messages import Picture
from heritage_color.settings import Settings

FADGI, METAMORFOZE = "fadgi-3-star-photographs", "metamorfoze-light"
SOUND = {
    "width": 6000, "height": 4000, "bits": 16, "media_type": "image/tiff", "suffix": ".tif",
    "metadata": {"interpretation": "grey16", "pixels_per_inch": [400.0, 400.0], "icc_profile": "Gray Gamma 2.2",
        "compression": "LZW"},
}  # fmt: skip


def verdict(name, **facts):
    """Reason codes of a sound master with some facts of its own."""
    metadata = SOUND["metadata"] | {key: value for key, value in facts.items() if key not in SOUND}
    picture = Picture(**SOUND | {key: value for key, value in facts.items() if key in SOUND} | {"metadata": metadata})
    return [code for code, _ in policies.compare_with_profile(policies.load_profiles(name)[""], picture)]


def write_policy(path, text):
    path.write_text(f'version = "3"\n{text}')
    return str(path)


def test_a_sound_master_has_no_finding():
    assert verdict(FADGI) == verdict("any") == []


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"pixels_per_inch": [600.0, 300.0]}, "profile-resolution"),
        ({"pixels_per_inch": [0, 0]}, "profile-resolution"),
        ({"bits": 1}, "profile-bits"),
        ({"interpretation": "cmyk"}, "profile-colour-space"),
        ({"icc_profile": "sRGB built-in"}, "profile-icc"),
        ({"media_type": "image/png"}, "profile-format"),
        ({"compression": "JPEG"}, "profile-compression"),
    ],
)
def test_each_header_fact_has_a_reason_of_its_own(facts, code):
    assert verdict(FADGI, **facts) == [code]


def test_what_metamorfoze_light_wants():
    light = {"bits": 8, "interpretation": "srgb", "icc_profile": "eciRGB v2 ICCv4", "compression": "none"}
    assert verdict(METAMORFOZE, **light) == []
    assert verdict(METAMORFOZE) == ["profile-bits", "profile-colour-space", "profile-icc", "profile-compression"]


def test_a_house_has_its_own_profile_and_others_for_its_collections(tmp_path):
    rules = f'[wanted]\nlongest_side = {{ least = 50, most = 55 }}\n[collections]\nTown = "{FADGI}"\n'
    save(tmp_path / "delivery" / "a.tif")
    manifest(save(tmp_path / "delivery" / "b.png").parent, {"file": "a.tif", "collection": "Town"}, {"file": "b.png"})
    report = check_delivery(tmp_path / "delivery", Settings(profile=write_policy(tmp_path / "house.toml", rules)))
    assert codes(report) == [
        ("a.tif", "profile-icc"), ("a.tif", "profile-resolution"), ("b.png", "profile-dimensions")
    ]  # fmt: skip
    assert [(one.name, one.version) for one in report.profiles] == [(FADGI, "1"), ("house", "3")]


def test_the_report_names_the_profile_and_says_that_it_read_headers_only(tmp_path):
    report = check_delivery(save(tmp_path / "delivery" / "a.png").parent, Settings(profile=FADGI))
    (told,) = json.loads(json.dumps(report.as_json()))["profiles"]
    content = (policies.FOLDER / f"{FADGI}.toml").read_bytes()
    assert told["sha256"] == hashlib.sha256(content).hexdigest()
    assert "header facts only" in told["note"]
    assert f"Profile {FADGI}, version 1" in report.as_text()
    assert report.accepted == 1


def test_the_event_of_validation_keeps_the_profile(site, rows, tmp_path):
    from heritage_color.scans import steps

    steps.ingest(site, save(tmp_path / "delivery" / "a.png").parent)
    (event,) = rows("select detail from events where event_type = 'validation'")
    assert event["detail"]["profile"] == policies.load_profiles("any")[""].as_json()


NO_RULES = [
    "[wanted]\nppi = 400\n",
    "[wanted]\nbits = 8\n",
    "wanted = 1\n",
    "[wanted",
    "[wanted]\n[severity]\n",
    'errors = ["no-code"]\n[wanted]\n',
    'errors = ["damaged"]\n[wanted]\n',
    'errors = ["replaces-unclear"]\n[wanted]\n',
    'errors = "disguised"\n[wanted]\n',
    "errors = [[1]]\n[wanted]\n",
]


@pytest.mark.parametrize("text", NO_RULES)
def test_a_rule_that_would_not_be_applied_is_refused(tmp_path, text):
    with pytest.raises(SettingsError, match="house"):
        policies.load_profiles(write_policy(tmp_path / "house.toml", text))


def test_an_unknown_profile_is_answered_with_those_that_exist():
    with pytest.raises(SettingsError, match="fadgi-3-star-photographs, metamorfoze-light"):
        policies.load_profiles("fadgi")


def header(path):
    return decode.examine(path, Limits(10**7, 2**32)).picture.metadata


def test_resolution_profile_and_compression_come_from_the_header(tmp_path):
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    save(tmp_path / "a.jpg", dpi=(400, 400), icc_profile=srgb)
    save(tmp_path / "a.png", dpi=(400, 400))
    found = [header(tmp_path / name) for name in ("a.jpg", "a.png")]
    assert "pixels_per_inch" not in header(save(tmp_path / "none.tif")) | header(save(tmp_path / "none.jpg"))
    assert [one["pixels_per_inch"] for one in found] == [[400, 400], [400, 400]]
    assert [one["compression"] for one in found] == ["JPEG", "Deflate"]
    assert "sRGB" in found[0]["icc_profile"]


@pytest.mark.parametrize(
    ("bigtiff", "kind", "name"), [(False, "lzw", "LZW"), (True, "deflate", "Deflate"), (True, None, "none")]
)
def test_compression_of_tiff_is_its_tag(tmp_path, bigtiff, kind, name):
    tifffile.imwrite(tmp_path / "a.tif", grey(), bigtiff=bigtiff, compression=kind, metadata=None)
    assert header(tmp_path / "a.tif")["compression"] == name


@pytest.mark.parametrize(("lossy", "name"), [(False, "JPEG 2000 reversible"), (True, "JPEG 2000 irreversible")])
def test_compression_of_jpeg_2000_is_its_wavelet(tmp_path, lossy, name):
    Image.fromarray(grey()).save(tmp_path / "a.jp2", irreversible=lossy)
    assert header(tmp_path / "a.jp2")["compression"] == name


def test_a_house_makes_errors_of_warnings(tmp_path):
    save(tmp_path / "delivery" / "a.tif", grey(1), format="PNG")
    save(tmp_path / "delivery" / "b.png", grey(2))
    rules = 'errors = ["disguised", "text-unread"]\n[wanted]\n'
    (tmp_path / "delivery" / "notes.txt").write_text("Box 3 was wet.")
    house = Settings(profile=write_policy(tmp_path / "house.toml", rules))
    suffered, refused = check_delivery(tmp_path / "delivery", Settings()), check_delivery(tmp_path / "delivery", house)
    assert (suffered.accepted, suffered.clean) == (2, True)
    assert codes(refused, "error") == [("a.tif", "disguised"), ("notes.txt", "text-unread")]
    assert (refused.files, refused.accepted, refused.clean) == (2, 1, False)
    assert "disguised, text-unread: an error here." in refused.as_text()
    assert refused.as_json()["profiles"][0]["errors"] == ["disguised", "text-unread"]


def test_a_collection_suffers_what_another_does_not(tmp_path):
    strict = write_policy(tmp_path / "strict.toml", 'errors = ["rights-missing"]\n[wanted]\n')
    rules = write_policy(tmp_path / "house.toml", f'[wanted]\n[collections]\n"Town" = "{strict}"\n')
    save(tmp_path / "delivery" / "a.tif")
    save(tmp_path / "delivery" / "b.tif")
    rows = ({"file": "a.tif", "collection": "Town", "rights": ""}, {"file": "b.tif", "rights": ""})
    report = check_delivery(manifest(tmp_path / "delivery", *rows), Settings(profile=rules))
    assert codes(report, "error") == [("a.tif", "rights-missing")]
    assert codes(report, "warning") == [("b.tif", "rights-missing")]


def test_a_scan_that_is_refused_so_takes_its_reference_with_it(tmp_path):
    save(tmp_path / "delivery" / "a.tif", grey(1), format="PNG")
    save(tmp_path / "delivery" / "truth.png", colour(1))
    house = write_policy(tmp_path / "house.toml", 'errors = ["disguised"]\n[wanted]\n')
    report = check_delivery(
        manifest(tmp_path / "delivery", {"file": "a.tif", "reference": "truth.png"}), Settings(profile=house)
    )
    assert codes(report, "error") == [("a.tif", "disguised"), ("truth.png", "reference-without-scan")]
    assert report.accepted == 0


def test_what_is_refused_by_severity_is_kept_and_owed(site, rows, tmp_path):
    from heritage_color.scans import steps

    house = write_policy(tmp_path / "house.toml", 'errors = ["disguised"]\n[wanted]\n')
    folder = save(tmp_path / "delivery" / "a.tif", grey(1), format="PNG").parent
    steps.ingest(replace(site, profile=house), folder)
    assert rows("select path from debts") == [{"path": "a.tif"}]
    assert rows("select code, severity from findings") == [{"code": "disguised", "severity": "error"}]
