"""Tags from the class names of public collections."""

import pytest

from heritage_color.tagging import labels
from heritage_color.train.pictures import labelling


@pytest.mark.parametrize(
    ("name", "original", "category", "tags"),
    [
        ("imagenet-00003.jpg", "n02108422_bull_mastiff.JPEG", "animals", ["animal", "dog", "bull mastiff"]),
        ("imagenet2-00005.jpg", "imagen/n02437136_377_camel.jpg", "animals", ["animal", "hoofed animal", "camel"]),
        (
            "imagenet2-00007.jpg",
            "imagen/n04487394_3_trombone.jpg",
            "objects",
            ["object", "musical instrument", "trombone"],
        ),
        (
            "caltech-00001.jpg",
            "101/pyramid/image_0026.jpg",
            "structures",
            ["building", "historic building", "pyramid"],
        ),
        ("houses-00002.jpg", "Houses Dataset/416_bathroom.jpg", "interiors", ["interior", "room", "bathroom"]),
        ("faces-00001.jpg", "data/test/Somebody_51.jpg", "people", ["people", "portrait", "face"]),
        ("popos-00001.jpg", "original/somewhere-8242.jpg", "landscape", ["landscape"]),
        ("bsds-00001.jpg", "BSDS500/data/images/test/156079.jpg", "mixed-outdoor", []),
    ],
)
def test_a_class_name_becomes_tags_from_the_broad_to_the_special(name, original, category, tags):
    assert labelling.tags_of(name, original, category) == tags


def test_the_tag_file_of_a_manifest_names_what_has_tags(tmp_path, capsys):
    (tmp_path / "MANIFEST.csv").write_text(
        "path,original_path,category\n"
        "photos/train/pacs-00002.jpg,PACS/photo/giraffe/084.jpg,animals\n"
        "photos/train/camera-00001.jpg,jpg/Canon.jpg,mixed\n"
        "scans/old.jpg,old.jpg,scan\n"
    )
    labelling.main([str(tmp_path / "MANIFEST.csv"), "--out", str(tmp_path / "tags.csv")])
    assert labels.read_tags(tmp_path / "tags.csv") == {"pacs-00002.jpg": ("animal", "hoofed animal", "giraffe")}
    assert capsys.readouterr().out == "1 photographs have tags.\n"
