"""Tags of public research photographs, from the class names that their collections file them under.

`python -m heritage_color.train.pictures.labelling MANIFEST.csv --out tags.csv`. The manifest has the columns path,
original_path and category; a photograph's name is `<source>-<number>.jpg`. Collections whose files are only numbered
(BSDS500, DIV2K, camera samples) say nothing of what they show, and get no tags.

Tags go from the broad to the special, as `heritage_color.tagging.labels` reads them: animal, dog, dalmatian.
"""

import argparse
import csv
import re
from pathlib import Path

from heritage_color.tagging import labels

BROAD = {
    "animals": "animal", "interiors": "interior", "landscape": "landscape", "objects": "object", "people": "people",
    "plants": "plant", "plants-food": "food", "streets": "street", "structures": "building", "vehicles": "vehicle",
}  # fmt: skip
FOLDERS = {  # the last folder of `original_path`, or the ending of its name, of collections sorted by folder
    "Gothic_Data": "building;historic building;gothic", "Byzantine_Data": "building;historic building;byzantine",
    "Classic_Data": "building;historic building;classical", "photo": "street", "real": "street",
    "frontal": "building;house;house front", "kitchen": "interior;room;kitchen", "bedroom": "interior;room;bedroom",
    "bathroom": "interior;room;bathroom", "house": "building;house", "horse": "animal;hoofed animal;horse",
    "elephant": "animal;elephant", "dog": "animal;dog", "giraffe": "animal;hoofed animal;giraffe",
    "bonsai": "plant;tree;bonsai", "kangaroo": "animal;marsupial;kangaroo", "ibis": "animal;bird;ibis",
    "llama": "animal;hoofed animal;llama", "chandelier": "object;lamp;chandelier",
    "sunflower": "plant;flower;sunflower", "hawksbill": "animal;reptile;turtle",
    "ketch": "vehicle;ship;sailing ship", "lotus": "plant;flower;water lily", "joshua_tree": "plant;tree;yucca",
    "buddha": "sculpture;buddha", "starfish": "animal;sea animal;starfish",
    "schooner": "vehicle;ship;sailing ship", "helicopter": "vehicle;aircraft;helicopter", "emu": "animal;bird;emu",
    "hedgehog": "animal;hedgehog", "dalmatian": "animal;dog;dalmatian", "flamingo": "animal;bird;flamingo",
    "rhino": "animal;hoofed animal;rhinoceros", "Faces": "people;portrait;face", "wheelchair": "vehicle;wheelchair",
    "okapi": "animal;hoofed animal;okapi", "grand_piano": "object;musical instrument;piano",
    "cougar_body": "animal;big cat;cougar", "water_lilly": "plant;flower;water lily",
    "beaver": "animal;rodent;beaver", "airplanes": "vehicle;aircraft;airplane", "cannon": "object;weapon;cannon",
    "pyramid": "building;historic building;pyramid", "pigeon": "animal;bird;pigeon",
    "gerenuk": "animal;hoofed animal;antelope", "ferry": "vehicle;ship;ferry", "wild_cat": "animal;cat;wild cat",
    "crocodile": "animal;reptile;crocodile", "bass": "animal;fish", "training": "people;portrait;face",
    "test": "people;portrait;face",
}  # fmt: skip
# ImageNet numbers its classes by the tree they hang on: from the first number to the second all are of one kind
RANGES = (
    (1440764, 1498041, "fish"), (1503061, 1622779, "bird"), (1629819, 1644373, "amphibian"),
    (1662784, 1669191, "reptile;turtle"), (1674464, 1695060, "reptile;lizard"),
    (1697457, 1698640, "reptile;crocodile"), (1726692, 1755581, "reptile;snake"), (1796340, 1855032, "bird"),
    (1877812, 1877812, "marsupial;kangaroo"), (1882714, 1883070, "marsupial"), (1910747, 1917289, "sea animal"),
    (1944390, 1955084, "snail"), (1978455, 1986214, "sea animal;shellfish"), (2007558, 2056570, "bird"),
    (2062744, 2071294, "sea animal;whale"), (2076196, 2076196, "sea animal"), (2084071, 2113978, "dog"),
    (2114367, 2114855, "wolf"), (2118333, 2120505, "fox"), (2121808, 2123597, "cat"),
    (2125311, 2130308, "big cat"), (2131653, 2134418, "bear"), (2165105, 2268853, "insect"),
    (2274259, 2281787, "insect;butterfly"), (2317335, 2321529, "sea animal"), (2324045, 2328150, "rabbit"),
    (2342885, 2363005, "rodent"), (2374451, 2389026, "hoofed animal;horse"), (2391049, 2391049, "hoofed animal"),
    (2395003, 2397096, "hoofed animal;pig"), (2398521, 2398521, "hoofed animal"),
    (2402425, 2408429, "hoofed animal;cattle"), (2411705, 2415577, "hoofed animal;sheep"),
    (2419796, 2423022, "hoofed animal;antelope"), (2437136, 2437312, "hoofed animal;camel"),
    (2437616, 2437616, "hoofed animal"), (2441942, 2447366, "weasel family"), (2480495, 2500267, "monkey"),
    (2503517, 2504458, "elephant"), (2509815, 2510455, "panda"), (2526121, 2655020, "fish"),
)  # fmt: skip
KINDS = {
    "musical instrument": "accordion banjo bassoon cello drum drumstick electric_guitar flute french_horn grand_piano "
    "guitar harmonica harp maraca marimba oboe organ piano sax saxophone steel_drum trombone trumpet violin",
    "clothing": "apron bathing_cap bikini bow_tie brassiere cardigan cowboy_boot cowboy_hat hat_with_a_wide_brim "
    "fur_coat gown hoopskirt jean jersey kimono lab_coat maillot military_uniform miniskirt pajama poncho sarong sock "
    "sombrero swimming_trunks tie windsor_tie vestment running_shoe loafer sandal clog mitten diaper bib mortarboard",
    "furniture": "baby_bed bassinet bench park_bench bookcase bookshelf chair chiffonier china_cabinet cradle desk "
    "dining_table filing_cabinet medicine_chest sofa studio_couch table throne entertainment_center",
    "lamp": "lamp lampshade torch",
    "kitchenware": "bowl soup_bowl frying_pan ladle spatula wooden_spoon wok strainer caldron crock_pot coffeepot "
    "coffee_mug cup_or_mug measuring_cup can_opener corkscrew cocktail_shaker cleaver plate_rack pitcher goblet "
    "salt_or_pepper_shaker milk_can tray",
    "household appliance": "microwave stove dishwasher refrigerator toaster waffle_iron washer vacuum electric_fan "
    "hair_dryer radiator sewing_machine coffee_maker",
    "tool": "axe hammer chain_saw power_drill screwdriver shovel broom nail carpenter's_kit letter_opener",
    "sports equipment": "racket ski horizontal_bar parallel_bars balance_beam barbell dumbbell punching_bag puck "
    "football_helmet",
    "sports equipment;ball": "baseball basketball croquet_ball golf_ball ping-pong_ball rugby_ball soccer_ball "
    "tennis_ball volleyball",
    "electronic device": "laptop computer_keyboard computer_mouse monitor tv_or_monitor television printer "
    "photocopier ipod remote_control cassette_player cd_player tape_player radio hard_disc joystick microphone "
    "polaroid_camera dial_telephone pay-phone",
    "bottle": "beer_bottle wine_bottle water_bottle pop_bottle pill_bottle perfume lotion hair_spray sunscreen",
    "bag": "backpack purse mailbag plastic_bag wallet",
    "stationery": "binder pencil_box pencil_sharpener rubber_eraser ruler fountain_pen envelope notebook quill",
    "weapon": "cannon missile bow shield",
    "clock": "digital_clock wall_clock stopwatch digital_watch",
    "ship": "aircraft_carrier fireboat gondola lifeboat liner speedboat watercraft wreck",
    "ship;sailing ship": "catamaran trimaran yawl",
    "car": "ambulance car convertible jeep minivan model_t racer golfcart go-kart recreational_vehicle",
    "truck": "fire_engine trailer_truck tow_truck pickup snowplow tractor thresher half_track",
    "bus": "bus minibus trolleybus",
    "train": "bullet_train electric_locomotive steam_locomotive train freight_car passenger_car streetcar",
    "bicycle": "bicycle bicycle-built-for-two mountain_bike tricycle unicycle",
    "motorcycle": "motorcycle motor_scooter",
    "aircraft": "space_shuttle balloon",
    "aircraft;airplane": "airliner airplane",
    "cart": "cart horse_cart oxcart jinrikisha barrow",
    "sled": "snowmobile dogsled bobsled",
    "shop": "bakery bookshop butcher_shop confectionery grocery_store shoe_shop tobacco_shop toyshop barbershop",
    "historic building": "monastery mosque stupa castle palace megalith bell_cote dome vault",
    "bridge": "steel_arch_bridge suspension_bridge",
    "fruit": "apple granny_smith banana orange lemon fig pineapple strawberry pomegranate jackfruit custard_apple",
    "vegetable": "head_cabbage cauliflower butternut_squash cucumber artichoke bell_pepper cardoon mashed_potato",
    "dish": "popsicle ice_cream hamburger cheeseburger hotdog pizza burrito guacamole consomme hot_pot trifle "
    "carbonara meat_loaf potpie",
    "bread": "bagel pretzel french_loaf dough",
    "mushroom": "mushroom agaric gyromitra stinkhorn earthstar hen-of-the-woods bolete",
    "flower": "daisy yellow_lady's_slipper rapeseed",
    "mountain": "alp valley cliff promontory",
    "shore": "lakeside sandbar seashore coral_reef",
}
KIND_OF = {name: kind for kind, names in KINDS.items() for name in names.split()}
SAME = {
    "sax": "saxophone", "grand piano": "piano", "bookcase": "bookshelf", "windsor tie": "tie", "domestic cat": "cat",
    "swine": "pig", "loggerhead": "turtle", "cup or mug": "cup", "coffee mug": "cup", "head cabbage": "cabbage",
    "tv or monitor": "television", "monitor": "television", "american lobster": "lobster", "watercraft": "ship",
}  # fmt: skip
IMAGENET = re.compile(r"n(\d{8})_(?:\d+_)?(.+)\.\w+$")
SORTED_BY_FOLDER = {"archi", "animegan", "caltech", "faces", "houses", "pacs"}
BROAD_ONLY = {"people", "deepin", "elementary", "popos"}


def tags_of(name: str, original: str, category: str) -> list[str]:
    """Return tags of a photograph `<source>-<number>.jpg`, broad first, that lay at `original` in its collection."""
    source = name.rsplit("-", 1)[0]
    if match := IMAGENET.search(original):
        return _imagenet(int(match[1]), match[2].lower(), category)
    if source in BROAD_ONLY:
        return [BROAD[category]]
    if source not in SORTED_BY_FOLDER:
        return []
    path = Path(original)
    room = path.stem.rsplit("_", 1)[-1]
    return FOLDERS.get(room if source == "houses" else path.parent.name, "").split(";")


def _imagenet(number: int, name: str, category: str) -> list[str]:
    kind = next((kind for first, last, kind in RANGES if first <= number <= last), KIND_OF.get(name, ""))
    plain = name.replace("_", " ")
    kinds = [tag for tag in (*kind.split(";"), SAME.get(plain, plain)) if tag]
    broad = [] if not kind and category in ("structures", "plants-food") else [BROAD[category]]
    return list(dict.fromkeys(broad + kinds))


def label(manifest: Path, out: Path) -> int:
    """Write the tag file of a manifest's photographs, named without their folder; returns how many have tags."""
    with manifest.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["path"].startswith("photos/")]
    tags = {
        Path(row["path"]).name: tags_of(Path(row["path"]).name, row["original_path"], row["category"]) for row in rows
    }
    labels.write_tags(out, {name: tuple(filter(None, tags)) for name, tags in tags.items() if any(tags)})
    return sum(map(any, tags.values()))


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--out", type=Path, required=True, metavar="TAGS.csv")
    options = parser.parse_args(arguments)
    print(f"{label(options.manifest, options.out)} photographs have tags.")


if __name__ == "__main__":
    main()
