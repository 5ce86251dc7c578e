"""Files that are there whole or not at all."""

import subprocess
import sys
import threading

import pytest

from heritage_color.whole_files import whole, write_whole


def test_what_is_written_takes_its_place_at_the_end(tmp_path):
    place = tmp_path / "new" / "card.json"
    with whole(place, lasting=True) as partial:
        partial.write_text("{}")
        assert (partial.parent, partial.suffix) == (place.parent, ".json")
        assert not place.exists()
    assert [path.name for path in place.parent.iterdir()] == ["card.json"]


def break_off(place, error):
    with whole(place) as partial:
        partial.write_text("half of")
        raise error


@pytest.mark.parametrize("error", [ValueError, MemoryError, KeyboardInterrupt])
def test_an_error_leaves_the_old_file_and_nothing_beside_it(error, tmp_path):
    place = tmp_path / "card.json"
    write_whole(place, "old")
    with pytest.raises(error):
        break_off(place, error)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


def test_an_error_before_anything_was_written_is_told_as_it_is(tmp_path):
    with pytest.raises(LookupError, match="first"), whole(tmp_path / "card.json"):
        raise LookupError("first")


def test_what_a_killed_process_left_is_in_nobodys_way(tmp_path):
    place = tmp_path / "card.json"
    code = (
        "import os, pathlib, signal; from heritage_color.whole_files import whole\n"
        f"with whole(pathlib.Path({str(place)!r})) as partial:\n"
        "    partial.write_text('half of'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode < 0
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(".")
    assert left.name.endswith(".partial.card.json")
    write_whole(place, "whole")
    assert place.read_text() == "whole"


def test_of_many_writers_each_writes_its_file_whole(tmp_path):
    place, texts = tmp_path / "text", [letter * 2**16 for letter in "abcdefgh"]
    threads = [threading.Thread(target=write_whole, args=(place, text)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert place.read_bytes().decode() in texts
    assert list(tmp_path.iterdir()) == [place]


def test_a_name_as_long_as_a_disk_holds_is_written(tmp_path):
    destination = tmp_path / ("é" * 125 + ".txt")
    write_whole(destination, "whole")
    assert destination.read_text() == "whole"
