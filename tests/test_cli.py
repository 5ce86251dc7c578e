"""Every command as its user calls it: what it prints, and its exit code."""

import json

import numpy as np
import pytest
import pyvips
from skimage import data

from heritage_color.cli.commands import DONE, REFUSED, WRONG
from heritage_color.cli.main import main, parser
from heritage_color.demo import samples
from heritage_color.methods.baselines import Tint


@pytest.fixture
def photographs(tmp_path):
    """Two small colour photographs."""
    folder = tmp_path / "photographs"
    folder.mkdir()
    for name in ("astronaut", "coffee"):
        pyvips.Image.new_from_array(getattr(data, name)()).thumbnail_image(160).write_to_file(f"{folder}/{name}.png")
    return folder


def commands() -> list[str]:
    return list(parser()._subparsers._group_actions[0].choices)


@pytest.mark.parametrize("name", commands())
def test_every_command_explains_itself(capsys, name):
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert name in capsys.readouterr().out


def test_wrong_usage_ends_with_2(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["colorize"])
    assert ended.value.code == WRONG


def test_check_counts_every_file_once_and_writes_nothing(tmp_path, capsys):
    delivery = samples.make_delivery(tmp_path / "delivery")
    before = sorted(tmp_path.rglob("*"))
    assert main(["check", str(delivery), "--json"]) == REFUSED
    report = json.loads(capsys.readouterr().out)
    assert report["accepted"] + report["refused"] == report["files"]
    assert sorted(tmp_path.rglob("*")) == before


def test_findings_have_the_documented_keys(tmp_path, capsys):
    main(["check", str(samples.make_delivery(tmp_path / "delivery")), "--json"])
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert all(set(finding) == {"file", "row", "code", "severity", "sentence"} for finding in findings)
    assert {finding["severity"] for finding in findings if finding["code"] == "truncated"} == {"error"}


def test_colorize_and_measure_need_no_database(photographs, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("HERITAGE_HOME", str(tmp_path / "nothing"))
    arguments = ["--out", str(tmp_path / "out"), "--preset", "faithful", "--recolour"]
    assert main(["colorize", str(photographs), *arguments]) == DONE
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["astronaut.png", "coffee.png"]
    assert main(["measure", str(tmp_path / "out"), str(photographs), "--json"]) == DONE
    result = json.loads(capsys.readouterr().out)
    assert set(result["pictures"]) == {"astronaut.png", "coffee.png"}
    assert 10 < result["mean"]["psnr_rgb"] < 40


def test_colorize_goes_on_after_a_refused_picture_and_says_which(photographs, tmp_path, capsys):
    (photographs / "torn.jpg").write_bytes(b"\xff\xd8\xff\xe0 nothing more")
    arguments = ["colorize", str(photographs), "--out", str(tmp_path / "out"), "--method", "grey", "--recolour"]
    assert main(arguments) == REFUSED
    assert "torn.jpg ends before its picture does" in capsys.readouterr().err
    assert len(list((tmp_path / "out").iterdir())) == 2


def test_colorize_refuses_what_is_in_colour_already_and_goes_on(photographs, tmp_path, capsys):
    pyvips.Image.new_from_array(data.camera()).write_to_file(str(photographs / "grey.png"))
    arguments = ["colorize", str(photographs), "--out", str(tmp_path / "out"), "--method", "tint"]
    assert main(arguments) == REFUSED
    assert "coffee.png is already in colour" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["grey.png"]


def test_benchmark_prints_grey_and_tint_among_its_rows(photographs, capsys):
    assert main(["benchmark", str(photographs), "--methods", "tint", "--json"]) == DONE
    result = json.loads(capsys.readouterr().out)
    assert result["pictures"] == 2
    assert {"grey/-", "tint/-"} <= set(result["rows"])
    assert {"psnr_rgb", "mse_ab127"} <= set(result["rows"]["grey/-"])


def test_benchmark_leaves_a_torn_photograph_out_and_writes_what_was_asked(photographs, tmp_path, capsys):
    (photographs / "torn.jpg").write_bytes(b"\xff\xd8\xff\xe0 nothing more")
    out, further = tmp_path / "out", ["--protocol", str(tmp_path / "p.json"), "--crop", "64", "--slices"]
    assert main(["benchmark", str(photographs), "--methods", "grey", "--out", str(out), *further]) == REFUSED
    printed = capsys.readouterr()
    assert "torn.jpg cannot be read" in printed.err
    assert "By skin tone" in printed.out
    assert {path.name for path in out.iterdir()} == {"benchmark.json", "table.md", "sheet.jpg"}
    assert main(["benchmark", str(photographs), "--methods", "grey", "--protocol", str(tmp_path / "p.json")]) == WRONG
    assert "crop is None, there 64" in capsys.readouterr().err


def test_a_sheet_shows_scans_beside_their_guesses(photographs, tmp_path, capsys):
    file = tmp_path / "sheet.jpg"
    assert main(["sheet", str(photographs), "--out", str(file), "--methods", "tint"]) == DONE
    assert capsys.readouterr().out.split() == [str(file)]
    assert pyvips.Image.new_from_file(str(file)).height > 200


def test_opinion_goes_on_after_a_bad_row_and_names_it(tmp_path, capsys):
    votes = tmp_path / "votes.csv"
    votes.write_text("picture,rater,score\na,r1,5\na,r2,4\nb,r1,9\nb,r2,2\n")
    assert main(["opinion", str(votes), "--json"]) == REFUSED
    printed = capsys.readouterr()
    pictures = json.loads(printed.out)["pictures"]
    assert pictures["a"]["votes"] == 2
    assert {"votes", "mos", "low", "high", "sos", "recovered"} < set(pictures["a"])
    assert "row 4" in printed.err


def test_migrate_report_publish_and_mirror_work_on_an_empty_museum(environment, tmp_path, capsys):
    for arguments in (["migrate"], ["report"], ["publish"], ["mirror", str(tmp_path / "mirror")]):
        assert main(arguments) == DONE
    assert (tmp_path / "mirror" / "index.html").is_file()


def test_a_model_is_registered_judged_promoted_listed_and_rolled_back(environment, photographs, tmp_path, capsys):
    Tint().save(tmp_path / "tint.safetensors")
    assert main(["register", str(tmp_path / "tint.safetensors")]) == DONE
    model_id = capsys.readouterr().out.split(",")[0].split()[1]
    benchmark = tmp_path / "benchmark.json"
    main(["benchmark", str(photographs), "--methods", "tint", "--json"])
    made = json.loads(capsys.readouterr().out)
    better = {name: 1.5 * value for name, value in made["rows"]["grey/-"].items()} | {"ciede2000": 1.0}
    row = "tint/balanced"
    made["rows"][row], made["intervals"] = better, {row: {name: [0, 2] for name in better}}
    benchmark.write_text(json.dumps(made | {"skin_tone": {"dark": 1.0}, "era": {"1900": 1.0}, "over_grey": {}}))
    assert main(["judge", model_id, str(benchmark)]) == DONE
    assert "It passes the gate" in capsys.readouterr().out
    assert main(["promote", model_id, "--why", "More colour.", "--by", "A. Curator"]) == DONE
    capsys.readouterr()
    main(["models"])
    assert capsys.readouterr().out.splitlines()[1].split()[:3] == ["*", model_id, "tint"]
    assert main(["rollback", "tint", "--by", "A. Curator"]) == DONE
    main(["models", "--json"])
    assert [model["champion"] for model in json.loads(capsys.readouterr().out.split("\n", 1)[1])["models"]] == [False]


def test_ingest_says_what_it_took(environment, tmp_path, capsys):
    delivery = tmp_path / "delivery"
    delivery.mkdir()
    pyvips.Image.new_from_array(np.tile(np.arange(64, dtype=np.uint8), (48, 1))).write_to_file(f"{delivery}/a.png")
    assert main(["ingest", str(delivery)]) == DONE
    assert "accepted 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["check", "nowhere"], "nowhere"),
        (["measure", "nowhere", "nowhere"], "There is nothing at nowhere"),
        (["report"], "No catalog is configured"),
        (["register", "nowhere.safetensors"], "No weights at nowhere.safetensors"),
        (["judge", "7", "nowhere.json"], "nowhere.json is not the JSON"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(arguments, sentence, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("HERITAGE_HOME", str(tmp_path / "nothing"))
    assert main(arguments) == WRONG
    error = capsys.readouterr().err
    assert sentence in error
    assert "Traceback" not in error


def test_an_unknown_setting_is_named(monkeypatch, capsys):
    monkeypatch.setenv("HERITAGE_COLOUR", "red")
    assert main(["report"]) == WRONG
    assert "HERITAGE_COLOUR" in capsys.readouterr().err
