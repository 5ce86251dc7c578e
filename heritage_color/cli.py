"""The command line. Each command loads only what it needs, so that `heritage-color --help` answers at once.

Exit codes: 0 done, 1 some input was refused, 2 wrong usage or a service that does not answer.
"""

import argparse
import errno
import getpass
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from heritage_color import settings as configuration
from heritage_color.accounts.roles import Role
from heritage_color.errors import AccountError, DeliveryError, HeritageError
from heritage_color.methods.names import METHODS, PRESETS
from heritage_color.settings import Settings
from heritage_color.train.trainings import RECIPES, TRAININGS

DONE, REFUSED, WRONG = 0, 1, 2
SPANS_SHOWN = 20  # of rows that are no votes; --json has all
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
FORMATS = ("text", "json", "csv", "html")
OWN_OPTIONS = {  # of `train`, by method
    "fusion-lite": ("encoder",),
    "fusion": ("encoder",),
    "cic": ("width", "trunk"),
    "pix2pix": ("loss", "width", "side"),
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; its exit code."""
    options = parser().parse_args(arguments)
    try:
        return options.run(options)
    except HeritageError as error:
        print(error, file=sys.stderr)
        return WRONG
    except KeyboardInterrupt:
        print("Stopped. What was done is kept; the same command goes on from there.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return DONE
    except OSError as error:
        if error.filename is None and error.errno not in NO_ROOM:
            raise
        place = f"{error.filename}: " if error.filename is not None else ""
        print(f"{place}{error.strerror}. Make it so that this program can use it, and run again.", file=sys.stderr)
        return WRONG


def parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    top = argparse.ArgumentParser(prog="heritage-color", description=__doc__.splitlines()[0])
    commands = top.add_subparsers(metavar="COMMAND", required=True)

    def command(name: str, run, about: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=about, description=about)
        one.set_defaults(run=run)
        return one

    command("migrate", migrate, "apply the SQL migrations to the catalog and make the buckets")
    template_ = command("template", template, "an empty manifest.csv: its header and an example row")
    template_.add_argument("--out", type=Path, metavar="FILE", help="write it there instead of printing it")
    _deliveries(command)
    _colorize(command("colorize", colorize, "colorize picture files; no database needed"))
    measure_ = command("measure", measure, "MSE, PSNR and the rest of a picture, or a folder, against its truth")
    measure_.add_argument("output", type=Path, help="picture or folder to judge")
    measure_.add_argument("truth", type=Path, help="its true colour: a picture, or a folder with the same names")
    _json(measure_)
    _train(command("train", train, "train a method on a folder of colour photographs; resumes where it stopped"))
    _benchmark(command("benchmark", benchmark, "compare methods on a folder of colour photographs"))
    _sheet(command("sheet", sheet, "a contact sheet of pictures beside what the methods make of them"))
    sources_ = command("sources", sources, "the photographs whose colours pictures could take, and their rights")
    sources_.add_argument("paths", type=Path, nargs="+", metavar="FILE_OR_FOLDER")
    sources_.add_argument("--out", type=Path, metavar="DIR", help="also write what each source gives, and a sheet")
    _json(sources_)
    _registry(command)
    _tags(command)
    campaign_ = command("campaign", campaign, "rating campaigns: list, open, feed, pause, resume or close one")
    campaign_.add_argument("action", choices=("list", "open", "feed", "pause", "resume", "close"))
    campaign_.add_argument("name", nargs="?", default="", metavar="NAME", help="of the campaign, or its number")
    methods = "of `open`: acr (a score), acr-hr (with hidden true colours), pairs, turing; default: acr"
    campaign_.add_argument("--method", choices=("acr", "acr-hr", "pairs", "turing"), default="acr", help=methods)
    campaign_.add_argument(
        "--votes-wanted", type=_count, metavar="N", help="of `open`; default: HERITAGE_VOTES_WANTED"
    )
    _json(campaign_)
    opinion_ = command("opinion", opinion, "opinion scores from a vote table with columns picture, rater, score")
    opinion_.add_argument("votes", type=Path, help="CSV file")
    ways = "what the votes are; pairs have columns left, right, won; turing picture, rater, fooled; default: scores"
    opinion_.add_argument("--method", choices=("scores", "pairs", "turing"), default="scores", help=ways)
    _json(opinion_)
    command("likenesses", likenesses, "find scans that look alike, and put the pairs before curators")
    _votes(command)
    command("publish", publish, "publish what curators approved, withdraw what they took back")
    mirror_ = command("mirror", mirror, "write the public bucket's content as a folder for any static host")
    mirror_.add_argument("folder", type=Path)
    _preservation(command)
    _accounts(command)
    _json(command("report", report, "how many pictures are at which stage"))
    web_ = command("web", web, "serve the web application in the foreground")
    web_.add_argument("--host", default="127.0.0.1")
    web_.add_argument("--port", type=int, default=8000)
    command("up", up, "start everything on this machine: database, object storage, Airflow, web application")
    command("down", down, "stop what `up` started; the data stay")
    demo_ = command("demo", demo, "run the whole flow on sample scans, or on your own, and show the result")
    demo_.add_argument("--scans", type=Path, help="folder of your own pictures instead of the samples")
    return top


def _accounts(command: Callable[..., argparse.ArgumentParser]) -> None:
    acts = command("account", None, "people who may sign in to the staff pages").add_subparsers(
        metavar="ACT", required=True
    )

    def act(name: str, run, about: str) -> argparse.ArgumentParser:
        one = acts.add_parser(name, help=about, description=about)
        one.set_defaults(run=run)
        if name != "list":
            one.add_argument("name", metavar="NAME", help="what the person types at sign-in")
        return one

    add_ = act("add", account_add, "make an account; asks for the password, or reads it from standard input")
    _roles(add_)
    add_.add_argument("--display-name", default="", metavar="TEXT", help="what stands under decisions; default: NAME")
    _generate(add_)
    _json(act("list", account_list, "all accounts with their roles"))
    _roles(act("role", account_role, "give an account other roles in the place of those before"))
    _generate(act("password", account_password, "give an account another password, which ends its sessions"))
    act("disable", account_disable, "close an account and end its sessions; what it decided stays")
    act("enable", account_enable, "open an account again")


def _roles(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--role", action="append", required=True, choices=list(Role), dest="roles", help="may be given several times"
    )


def _generate(command: argparse.ArgumentParser) -> None:
    about = "print a random password, which the person changes at the first sign-in"
    command.add_argument("--generate", action="store_true", help=about)


def _deliveries(command: Callable[..., argparse.ArgumentParser]) -> None:
    check_ = command("check", check, "pre-flight of a delivery: every fault in one pass, nothing written")
    _delivery(check_)
    check_.add_argument("--format", choices=FORMATS, help="default: as --out is called, else text")
    check_.add_argument("--json", action="store_const", const="json", dest="format", help="the same as --format json")
    check_.add_argument("--out", type=Path, metavar="FILE", help="write the report there; only its counts are printed")
    ingest_ = command("ingest", ingest, "take a delivery in")
    _delivery(ingest_)
    ingest_.add_argument("--out", type=Path, metavar="FILE", help="also write the report there, with what is owed")
    ingest_.add_argument("--format", choices=FORMATS, help="of that report; default: as --out is called, else text")
    owed_ = command("owed", owed, "files that were refused, or did not come, and that nothing has replaced yet")
    owed_.add_argument("--delivery", type=_count, metavar="NUMBER", help="only of this delivery; default: of all")
    owed_.add_argument("--everything", action="store_true", help="also what was replaced or waived")
    owed_.add_argument("--format", choices=("text", "json", "csv"), default="text")
    owed_.add_argument("--json", action="store_const", const="json", dest="format", help="the same as --format json")
    sign_ = command("sign-off", sign_off, "accept the report on a delivery by name, once for all")
    sign_.add_argument("delivery", type=_count, metavar="NUMBER", help="of the delivery")
    sign_.add_argument("--by", default="", metavar="NAME", help="who accepts it; default: whoever runs the command")


def _delivery(command: argparse.ArgumentParser) -> None:
    shapes = "folder, bag, .zip, .tar or .tar.gz of one, or s3://bucket/prefix"
    command.add_argument("delivery", help=shapes)


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print JSON instead of text")


def _registry(command: Callable[..., argparse.ArgumentParser]) -> None:
    _json(command("models", models, "the model registry: every model, its figures, and which is champion"))
    register_ = command("register", register, "put weights that were trained elsewhere into the registry")
    register_.add_argument("weights", type=Path, metavar="WEIGHTS.safetensors", help="with its card beside it")
    register_.add_argument(
        "--parent", type=int, metavar="MODEL_ID", help="model whose weights the training began with"
    )
    judge_ = command("judge", judge, "keep a benchmark of a model, and say whether it may become champion")
    judge_.add_argument("model_id", type=int, metavar="MODEL_ID")
    judge_.add_argument("benchmark", type=Path, metavar="BENCHMARK.json", help="what `benchmark --json` printed")
    _figure(judge_)
    promote_ = command("promote", promote, "make a model that passes the gate the champion of its method")
    promote_.add_argument("model_id", type=int, metavar="MODEL_ID")
    promote_.add_argument("--why", required=True, metavar="TEXT", help="the reason, as the registry keeps it")
    _figure(promote_)
    _by(promote_)
    rollback_ = command("rollback", rollback, "put the champion before the current one back")
    rollback_.add_argument("method", choices=list(METHODS), metavar="METHOD")
    rollback_.add_argument(
        "--why", default="Rolled back.", metavar="TEXT", help="the reason, as the registry keeps it"
    )
    _by(rollback_)


def _tags(command: Callable[..., argparse.ArgumentParser]) -> None:
    tags_ = command("tags", tags, "propose catalog tags for picture files; no database needed")
    tags_.add_argument("paths", type=Path, nargs="+", metavar="FILE_OR_FOLDER")
    _json(tags_)
    train_ = command("train-tags", train_tags, "train the tagging model on a folder of photographs and their tags")
    train_.add_argument("photographs", type=Path, help="folder of photographs to learn from")
    _tag_file(train_)
    train_.add_argument("--out", type=Path, required=True, metavar="RUN", help="folder of the run: features, weights")
    train_.add_argument("--steps", type=_count, help="batches of 100 photographs; default: 1,500")
    train_.add_argument("--width", type=float, help="width of the layers; 1 is the paper's; default: 0.1")
    train_.add_argument("--seed", type=_count)
    train_.add_argument("--as-published", action="store_true", help="the paper's objective: no mismatched pairs")
    benchmark_ = command(
        "tags-benchmark", tags_benchmark, "compare proposed tags with the tags of held-back photographs"
    )
    benchmark_.add_argument("photographs", type=Path, help="folder of photographs that were not learned from")
    _tag_file(benchmark_)
    benchmark_.add_argument(
        "--weights", type=Path, metavar="DIR", help="folder of the model; default: HERITAGE_WEIGHTS"
    )
    benchmark_.add_argument("--run", type=Path, metavar="RUN", dest="learned", help="its training: adds neighbours")
    _json(benchmark_)


def _tag_file(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--tags", type=Path, required=True, metavar="TAGS.csv", help="columns file and tags; tags parted by semicolons"
    )


def _preservation(command: Callable[..., argparse.ArgumentParser]) -> None:
    bag_ = command("bag", bag, "write masters, metadata and events as a BagIt bag, which can be delivered again")
    bag_.add_argument("what", nargs="+", metavar="COLLECTION_OR_IDENTIFIER", help="several are welcome; or: all")
    bag_.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="the bag; it must not exist yet")
    bag_.add_argument("--zip", action="store_true", help="write FOLDER.zip instead")
    command("export", export, "write the whole catalog into the archive bucket")
    rebuild_ = command("rebuild", rebuild, "make an empty catalog again from the archive bucket alone")
    rebuild_.add_argument("--export", default="", metavar="KEY", help="an older export; default: the newest")
    command("repair", repair, "put good copies from the second store in the place of damaged objects")
    withdraw_ = command("withdraw", withdraw, "put a tombstone in the place of a scan; its identifier stays its own")
    withdraw_.add_argument("identifier", metavar="IDENTIFIER")
    withdraw_.add_argument("--why", required=True, metavar="TEXT", help="the reason, which the public reads")
    _by(withdraw_)


def _votes(command: Callable[..., argparse.ArgumentParser]) -> None:
    about = "send the votes of a campaign out, take those of other laboratories in, erase those of a rater"
    acts = command("votes", None, about).add_subparsers(metavar="ACT", required=True)

    def act(name: str, run, about: str) -> argparse.ArgumentParser:
        one = acts.add_parser(name, help=about, description=about)
        one.set_defaults(run=run)
        return one

    export_ = act("export", votes_export, "write the votes of a campaign as a bag of CSV, Parquet and a codebook")
    export_.add_argument("campaign", metavar="CAMPAIGN", help="its name")
    export_.add_argument("target", type=Path, metavar="TARGET", help="folder of the bag; it must not exist yet")
    salt = "the same text gives the same raters the same pseudonyms; default: none that another export has"
    export_.add_argument("--salt", default="", metavar="TEXT", help=salt)
    import_ = act("import", votes_import, "take a vote table of another laboratory in as a campaign of its own")
    import_.add_argument("file", type=Path, metavar="FILE", help="CSV: a row per vote, per stimulus or per rater")
    import_.add_argument("--name", required=True, metavar="CAMPAIGN", help="what the campaign shall be called")
    scale = "ends of its scale, converted to 1 bad to 5 excellent; default: whole numbers from 1 to 5"
    import_.add_argument("--scale", type=float, nargs=2, metavar=("WORST", "BEST"), help=scale)
    rows = "what a row of a wide table is; default: as the first cell of its header says"
    import_.add_argument("--rows", choices=("stimuli", "raters"), default="", help=rows)
    for role in ("picture", "rater", "score"):
        about = f"column of the {role}, in a table with a row per vote; default: as the header says"
        import_.add_argument(f"--{role}", default="", metavar="COLUMN", help=about)
    import_.add_argument("--question", default="", metavar="TEXT", help="what the raters were asked")
    _by(import_)
    _json(import_)
    erase_ = act("erase", votes_erase, "erase a rater's votes and everything about them, who asked for it")
    erase_.add_argument("rater", metavar="RATER", help="the rater's id in the catalog")
    _by(erase_)


def _figure(command: argparse.ArgumentParser) -> None:
    command.add_argument("--figure", metavar="NAME", help="figure in which it must be better; default: auc_rebalanced")


def _by(command: argparse.ArgumentParser) -> None:
    command.add_argument("--by", metavar="NAME", help="who approves it; default: the login name")


def _colorize(command: argparse.ArgumentParser) -> None:
    command.add_argument("paths", type=Path, nargs="+", metavar="FILE_OR_FOLDER")
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the results")
    command.add_argument("--method", choices=list(METHODS), help="default: HERITAGE_METHOD")
    command.add_argument("--preset", choices=PRESETS, help="default: HERITAGE_PRESET")
    command.add_argument("--recolour", action="store_true", help="for experiments: also pictures already in colour")
    command.add_argument("--uncertainty", action="store_true", help="write NAME.uncertainty.png too: bright is unsure")


def _benchmark(command: argparse.ArgumentParser) -> None:
    command.add_argument("folder", type=Path)
    command.add_argument("--methods", default="all", help="all that have weights here, or names with commas")
    command.add_argument("--pictures", type=_count, default=0, metavar="N", help="only so many, evenly spaced")
    command.add_argument(
        "--crop", type=_count, default=0, metavar="PIXELS", help="measure centre squares of that side"
    )
    command.add_argument("--protocol", type=Path, metavar="FILE", help="write what the figures depend on, or check it")
    command.add_argument("--out", type=Path, metavar="DIR", help="folder for benchmark.json, table.md and sheet.jpg")
    command.add_argument("--sheet", type=Path, metavar="FILE.jpg", help="contact sheet: original, answers, truth")
    command.add_argument(
        "--sheet-pictures", type=_count, default=12, metavar="N", help="pictures on it, evenly spaced"
    )
    command.add_argument("--slices", action="store_true", help="also print errors by skin tone and decade")
    _json(command)


def _sheet(command: argparse.ArgumentParser) -> None:
    command.add_argument("paths", type=Path, nargs="+", metavar="FILE_OR_FOLDER")
    command.add_argument("--out", type=Path, required=True, metavar="FILE.jpg")
    command.add_argument("--methods", default="", help="names with commas, or all; default: HERITAGE_METHOD")
    command.add_argument("--presets", default="", help="names with commas; default: HERITAGE_PRESET")
    command.add_argument("--pictures", type=_count, default=12, metavar="N", help="evenly spaced; 0 for all")


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"must be a whole number from 0 on, found {text!r}")
    return int(text)


def _train(command: argparse.ArgumentParser) -> None:
    command.add_argument("photographs", type=Path, help="folder of colour photographs to learn from")
    command.add_argument("--validation", type=Path, help="folder of others; default: one work in twenty is held back")
    command.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder of the run: checkpoints, logs, weights"
    )
    command.add_argument("--method", choices=list(TRAININGS), default="fusion-lite")
    command.add_argument("--start-from", type=Path, metavar="FILE", help="weights to go on from, such as shipped ones")
    command.add_argument(
        "--epochs", type=float, default=16, help="how often each photograph is seen; parts are allowed"
    )
    command.add_argument("--batch", type=int, help="photographs per step; default: 16, pix2pix 4")
    command.add_argument(
        "--learning-rate", type=float, help="default: 1e-3, pix2pix 2e-4; a tenth of it suits --start-from"
    )
    command.add_argument("--rebalancing", type=float, default=0.5, help="lambda of the rare colours' weights, 0 to 1")
    command.add_argument("--aged", type=float, default=0.4, help="share of the pictures made to look old, 0 to 1")
    command.add_argument("--dropout", type=float, default=0.0, help="share of the features left out at random")
    command.add_argument("--weight-decay", type=float, default=1e-4, help="of AdamW: larger keeps weights smaller")
    command.add_argument(
        "--averaging", type=float, default=0.0, help="of the weights, per step, below 1; default: the method's"
    )
    command.add_argument(
        "--only", default="", metavar="LAYER", help="the one layer that learns, such as fusion_embedding"
    )
    command.add_argument(
        "--crop", type=int, default=0, metavar="PIXELS", help="training squares; default: the method's"
    )
    command.add_argument("--seed", type=int, default=2020)
    command.add_argument(
        "--precision", choices=["auto", "float32", "mixed_bfloat16", "mixed_float16"], default="auto",
        help="auto: mixed_float16 on GPUs, float32 on processors",
    )  # fmt: skip
    command.add_argument(
        "--encoder", choices=["efficientnet-lite0", "efficientnet-lite2"],
        help="of the fusion methods: frozen features; default: efficientnet-lite0, the other is larger and slower",
    )  # fmt: skip
    command.add_argument("--loss", choices=["l1+cgan", "l1", "cgan"], help="of pix2pix; default: l1+cgan")
    command.add_argument(
        "--trunk", choices=["efficientnet-lite0", "chain"], help="of cic: frozen features, or the paper's blocks"
    )
    command.add_argument(
        "--width", type=float, help="of cic: share of the paper's channels; of pix2pix: channels of its first layer"
    )
    command.add_argument(
        "--side", type=int, help="of pix2pix: pixels of a training picture; default: 128, the paper's 256"
    )


def _site() -> Settings:
    """The settings of this process; where they name no catalog, the services that `up` or `demo` started here."""
    settings = configuration.read()
    if settings.database or not (settings.home / "services.json").is_file():
        return settings
    from heritage_color import local

    return local.start(settings.home)


def _print(result: dict, text: str, as_json: bool) -> None:
    print(json.dumps(result, indent=2, default=str) if as_json else text)


def _counts(result: dict) -> str:
    return ", ".join(f"{name} {value}" for name, value in result.items())


def migrate(options) -> int:
    from heritage_color.catalog import steps

    applied = steps.migrate(_site())["applied"]
    print("\n".join(applied) if applied else "The catalog is up to date.")
    return DONE


def template(options) -> int:
    from heritage_color.scans.metadata import schema

    if options.out is None:
        print(schema.template(), end="")
        return DONE
    try:
        with options.out.open("x", encoding="utf-8-sig", newline="") as file:  # the mark tells spreadsheets UTF-8
            file.write(schema.template())
    except OSError as error:
        raise DeliveryError(f"{options.out} cannot be written: {error.strerror}. Name another file.") from error
    return DONE


def check(options) -> int:
    from heritage_color.scans.arrival.receiving import in_bucket
    from heritage_color.scans.check import check
    from heritage_color.scans.reporting import printing

    settings = _site() if in_bucket(options.delivery) else configuration.read()
    report = check(options.delivery, settings)
    text = printing.render(report, options.format or printing.format_of(options.out))
    if options.out:
        printing.write_whole(options.out, text)
    print(report.headline if options.out else text)
    return DONE if report.clean else REFUSED


def ingest(options) -> int:
    from heritage_color.scans import steps
    from heritage_color.scans.reporting import printing

    report, result = steps.take_in(_site(), options.delivery)
    if options.out:
        form = options.format or printing.format_of(options.out)
        printing.write_whole(options.out, printing.render(report, form))
    print(_counts(result))
    for note in report.notes:
        print(note, file=sys.stderr)
    return REFUSED if result["refused"] else DONE


def owed(options) -> int:
    from heritage_color.scans.reporting import printing, rework

    found = rework.debts(_site(), options.delivery, "all" if options.everything else "owed")
    print(printing.render_debts(found, options.format))
    return DONE


def sign_off(options) -> int:
    from heritage_color import db
    from heritage_color.scans.reporting import signing

    settings = _site()
    signing.sign_off(settings, options.delivery, options.by or getpass.getuser())
    with db.connect(settings) as connection:
        signed = signing.read(connection, options.delivery)
    print(f"Delivery {options.delivery}: {signed.sentence}" if signed else "")
    return DONE


def colorize(options) -> int:
    from heritage_color.colorize.files import colorize_files

    settings = configuration.read()
    settings = replace(settings, method=options.method or settings.method, preset=options.preset or settings.preset)
    outcome = colorize_files(settings, options.paths, options.out, options.recolour, options.uncertainty)
    for sentence in [*outcome.notes, *outcome.refused]:
        print(sentence, file=sys.stderr)
    return REFUSED if outcome.refused else DONE


def measure(options) -> int:
    from heritage_color.metrics import pictures

    pairs = pictures.pair_up(options.output, options.truth)
    measured, refused = pictures.measure_pairs(pairs)
    rows = list(measured.values())
    means = {"mean": pictures.mean_of(rows), "counted": pictures.counted_in(rows)}
    aside = pictures.unpaired(pairs, options.output, options.truth)
    found = {"pictures": measured, **means, "refused": refused, "unpaired": aside}
    _print(found, pictures.as_text(measured), options.json)
    for sentence in [*refused, *aside]:
        print(sentence, file=sys.stderr)
    return REFUSED if refused else DONE


def train(options) -> int:
    from heritage_color.train.networks.loop import Recipe

    given = {"batch": options.batch, "learning_rate": options.learning_rate}
    recipe = Recipe(
        options.method,
        options.epochs,
        **RECIPES.get(options.method, {}) | {name: value for name, value in given.items() if value is not None},
        weight_decay=options.weight_decay,
        dropout=options.dropout,
        averaging=options.averaging,
        rebalancing=options.rebalancing,
        only=options.only,
        crop=options.crop,
        aged=options.aged,
        seed=options.seed,
        precision=options.precision,
    )
    further = {"inception_weights": configuration.read().inception_weights} if options.method == "fusion" else {}
    own = OWN_OPTIONS.get(options.method, ())
    further |= {name: value for name in own if (value := getattr(options, name)) is not None}
    train = import_module(TRAININGS[options.method]).train
    print(train(options.photographs, options.validation, options.out, recipe, options.start_from, **further))
    return DONE


def benchmark(options) -> int:
    from heritage_color.metrics import report, steps
    from heritage_color.metrics.benchmark import Plan

    plan = Plan(options.pictures, options.crop, options.sheet, options.sheet_pictures)
    result = steps.compare(configuration.read(), options.folder, options.methods, plan, options.out, options.protocol)
    text = report.as_text(result) + (f"\n\n{report.slices_text(result)}" if options.slices else "")
    _print(result, text, options.json)
    return _refused(result["refused"])


def sheet(options) -> int:
    from heritage_color.metrics import steps

    settings = configuration.read()
    methods, presets = options.methods or settings.method, (options.presets or settings.preset).split(",")
    pages, refused = steps.sheet(settings, options.paths, methods, presets, options.out, options.pictures)
    print("\n".join(map(str, pages)))
    return _refused(refused)


def tags(options) -> int:
    from heritage_color import tagging
    from heritage_color.colorize.choosing import choose

    choice = choose(options.paths)
    proposed, failed = tagging.load(configuration.read().weights).propose_for_all(choice.pictures)
    refused = choice.refused + failed
    lines = [f"{path}: {', '.join(f'{one.tag} ({one.votes})' for one in found)}" for path, found in proposed.items()]
    found = {str(path): {one.tag: one.votes for one in tags} for path, tags in proposed.items()}
    _print({"proposed": found, "refused": refused}, "\n".join(lines), options.json)
    return _refused(refused)


def train_tags(options) -> int:
    from heritage_color.train import tagging

    given = {name: getattr(options, name) for name in ("steps", "width", "seed")}
    known = {name: value for name, value in given.items() if value is not None}
    recipe = tagging.Recipe(**known, mismatched=not options.as_published)
    print(tagging.train(options.photographs, options.tags, options.out, recipe))
    return DONE


def tags_benchmark(options) -> int:
    from heritage_color import tagging
    from heritage_color.tagging import benchmark

    tagger = tagging.load(options.weights or configuration.read().weights)
    result = benchmark.compare(tagger, options.photographs, options.tags, options.learned)
    _print(result, benchmark.as_text(result), options.json)
    return DONE


def sources(options) -> int:
    from heritage_color.metrics import sources

    found, refused = sources.sources(configuration.read(), options.paths, options.out)
    _print(found, sources.as_text(found), options.json)
    return _refused(refused)


def _refused(sentences: list[str]) -> int:
    for sentence in sentences:
        print(sentence, file=sys.stderr)
    return REFUSED if sentences else DONE


def models(options) -> int:
    from heritage_color.train import registry, steps

    settings = _site()
    found = steps.models(settings)
    _print({"models": found}, registry.as_text(found, settings.preset), options.json)
    return DONE


def register(options) -> int:
    from heritage_color.train import steps

    print(_counts(steps.register(_site(), options.weights, parent=options.parent)))
    return DONE


def judge(options) -> int:
    from heritage_color.train import registry, steps

    settings = _site()
    steps.judge(settings, options.model_id, options.benchmark)
    verdict = steps.gate(settings, options.model_id, options.figure or registry.FIGURE)
    print(
        "\n".join([verdict["text"], "", *(verdict["reasons"] or ["It passes the gate: promote makes it champion."])])
    )
    return DONE


def promote(options) -> int:
    from heritage_color.train import registry, steps

    by = options.by or getpass.getuser()
    print(_counts(steps.promote(_site(), options.model_id, by, options.why, options.figure or registry.FIGURE)))
    return DONE


def rollback(options) -> int:
    from heritage_color.train import steps

    moved = steps.roll_back(_site(), options.method, options.by or getpass.getuser(), options.why)
    now = f"model {moved['model_id']}" if moved["model_id"] else "the installed weights"
    print(f"{options.method} colours with {now} again, no longer with model {moved['from']}.")
    return DONE


def campaign(options) -> int:
    from heritage_color.rating import steps
    from heritage_color.rating.campaigns import feeding, lifecycle, overview

    settings = _site()
    if options.action == "list":
        found = overview.campaigns(settings)
        _print({"campaigns": found}, overview.as_text(found), options.json)
    elif options.action == "open":
        print(_counts(steps.queue(settings, options.name, options.votes_wanted, options.method)))
    else:
        known = lifecycle.campaign_of(settings, int(options.name) if options.name.isdecimal() else options.name)
        if options.action == "feed":
            print(_counts(feeding.feed(settings, known)))
        else:
            moved = getattr(lifecycle, options.action)(settings, known["campaign_id"])
            print(f"{moved['name']} is {overview.state_of(moved)}.")
    return DONE


def opinion(options) -> int:
    from heritage_color.rating.exchange import comparisons, votes
    from heritage_color.rating.statistics import fooling, pairs
    from heritage_color.rating.statistics import opinion as scores

    read, figures, as_text = {
        "scores": (votes.read, scores.opinion, scores.as_text),
        "pairs": (comparisons.read_pairs, pairs.strengths, pairs.as_text),
        "turing": (comparisons.read_trials, fooling.fooling_rate, fooling.as_text),
    }[options.method]
    good, findings = read(options.votes)
    result = figures(good)
    _print(result, as_text(result), options.json)
    for finding in findings:
        print(f"{finding['file']}, row {finding['row']}: {finding['sentence']}", file=sys.stderr)
    return REFUSED if findings else DONE


def likenesses(options) -> int:
    from heritage_color.likeness import steps

    print(_counts(steps.find(_site())))
    return DONE


def votes_export(options) -> int:
    from heritage_color.rating.exchange import exporting

    print(_counts(exporting.export(_site(), options.campaign, options.target, options.salt)))
    return DONE


def votes_import(options) -> int:
    from heritage_color.rating.exchange import importing
    from heritage_color.rating.exchange.tables_of_others import Chosen

    chosen = Chosen(options.picture, options.rater, options.score)
    given = {"scale": options.scale and tuple(options.scale), "rows": options.rows, "question": options.question}
    by = options.by or getpass.getuser()
    result = importing.take_in(_site(), options.file, options.name, **given, by=by, chosen=chosen)
    told = {name: value for name, value in result.items() if name not in ("findings", "aside")}
    _print(result, _counts(told), options.json)
    for one in result["aside"]:
        print(f"{result['file']}, {_rows(one['rows'])}: {one['reason']}; no vote.", file=sys.stderr)
    return _refused([_fault(finding) for finding in result["findings"]])


def _rows(spans: str) -> str:
    """Numbers of rows, of many the first: `rows 2-4, 9`."""
    shown, more = spans.split(", ")[:SPANS_SHOWN], spans.count(", ") + 1 - SPANS_SHOWN
    rows = "rows" if len(shown) > 1 or "-" in spans else "row"
    return f"{rows} {', '.join(shown)}{f' and {more} more places, which --json names' if more > 0 else ''}"


def _fault(finding: dict) -> str:
    column = f", column {finding['column']}" if finding["column"] else ""
    return f"{finding['file']}, row {finding['row']}{column}: {finding['sentence']}"


def votes_erase(options) -> int:
    from heritage_color.rating.guarding import erasing

    print(_counts(erasing.forget(_site(), options.rater, options.by or getpass.getuser())))
    return DONE


def publish(options) -> int:
    from heritage_color.publish import steps

    settings = _site()
    print(_counts(steps.publish(settings)))
    print(f"Gallery: {settings.public_address}/index.html")
    return DONE


def mirror(options) -> int:
    from heritage_color.publish import steps

    print(_counts(steps.mirror(_site(), options.folder)))
    return DONE


def bag(options) -> int:
    from heritage_color.preservation import steps

    print(_counts(steps.bag(_site(), options.what, options.out, options.zip)))
    return DONE


def export(options) -> int:
    from heritage_color.preservation import steps

    print(_counts(steps.export_catalog(_site())))
    return DONE


def rebuild(options) -> int:
    from heritage_color.preservation import steps

    result = steps.rebuild(_site(), options.export)
    counts = {name: len(value) if isinstance(value, list) else value for name, value in result.items()}
    print(_counts(counts))
    absent = [
        f"The archive bucket has no {key}, of which the catalog speaks." for key in result["rows_without_object"]
    ]
    unknown = [f"{key} lies in the archive bucket, and nothing tells of it." for key in result["objects_without_row"]]
    return _refused([*result["left"], *absent, *unknown])


def repair(options) -> int:
    from heritage_color.catalog import steps

    result = steps.repair(_site())
    print(_counts(result | {"left": len(result["left"])}))
    return _refused(result["left"])


def withdraw(options) -> int:
    from heritage_color.catalog import steps

    print(_counts(steps.withdraw(_site(), options.identifier, options.why, options.by or getpass.getuser())))
    return DONE


def account_add(options) -> int:
    from heritage_color.accounts import steps

    password = _new_password(options.generate)
    named = {"display_name": options.display_name, "temporary": options.generate, "by": getpass.getuser()}
    steps.add(_site(), options.name, options.roles, password, **named)
    return _say_password(password, options.generate)


def account_password(options) -> int:
    from heritage_color.accounts import steps

    password = _new_password(options.generate)
    steps.set_password(_site(), options.name, password, options.generate, getpass.getuser())
    return _say_password(password, options.generate)


def _new_password(generate: bool) -> str:
    """Random, or asked for at a terminal, or the first line of standard input."""
    from heritage_color.accounts import passwords

    if generate:
        return passwords.generate()
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("New password: ")
    if getpass.getpass("Once more: ") != password:
        raise AccountError("The two passwords differ. Nothing was changed.")
    return password


def _say_password(password: str, generated: bool) -> int:
    print(f"Password, shown this once: {password}" if generated else "Done.")
    return DONE


def account_list(options) -> int:
    from heritage_color.accounts import steps

    found = steps.list_all(_site())
    _print({"accounts": found}, steps.as_text(found), options.json)
    return DONE


def account_role(options) -> int:
    from heritage_color.accounts import steps

    print(_counts(steps.set_roles(_site(), options.name, options.roles, getpass.getuser())))
    return DONE


def account_disable(options) -> int:
    from heritage_color.accounts import steps

    print(_counts(steps.set_disabled(_site(), options.name, True, getpass.getuser())))
    return DONE


def account_enable(options) -> int:
    from heritage_color.accounts import steps

    print(_counts(steps.set_disabled(_site(), options.name, False, getpass.getuser())))
    return DONE


def report(options) -> int:
    from heritage_color.catalog import steps

    settings = _site()
    if options.json:
        print(json.dumps(steps.report(settings), indent=2, default=str))
    else:
        print(steps.report_text(settings))
    return DONE


def web(options) -> int:
    import uvicorn

    from heritage_color import db
    from heritage_color.web.app import create

    settings = _site()
    db.check(settings)  # whoever starts it by hand is told here; later, pages say so and recover by themselves
    uvicorn.run(create(settings), host=options.host, port=options.port, access_log=False)  # raters stay unknown
    return DONE


def up(options) -> int:
    from heritage_color import machine

    machine.up(configuration.read().home)
    return DONE


def down(options) -> int:
    from heritage_color import machine

    machine.down(configuration.read().home)
    return DONE


def demo(options) -> int:
    from heritage_color import demo

    return demo.run(configuration.read().home, options.scans)


if __name__ == "__main__":
    sys.exit(main())
