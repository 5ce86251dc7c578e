"""Commands of tags: `tags`, `train-tags` and `tags-benchmark`."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from heritage_color.cli.commands import DONE, Commands, add_json, count, process_settings, refused, show


def add_tagging_commands(commands: Commands) -> None:
    """Add the commands."""
    _add_tags(commands)
    _add_train_tags(commands)
    _add_tags_benchmark(commands)


def _add_table(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--tags", type=Path, required=True, metavar="TAGS.csv", help="columns file and tags; tags parted by semicolons"
    )


def _add_tags(commands: Commands) -> None:
    parser = commands.add("tags", run_tags, "propose catalog tags for picture files; no database needed")
    parser.add_argument("paths", type=Path, nargs="+", metavar="FILE_OR_FOLDER")
    add_json(parser)


def run_tags(options: Namespace) -> int:
    """Print the tags that the installed model proposes."""
    from heritage_color.colorize.choosing import choose
    from heritage_color.tagging import proposing

    choice = choose(options.paths)
    proposed, failed = proposing.load_tagger(process_settings().weights).propose_for_all(choice.pictures)
    unread = choice.refused + failed
    lines = [f"{path}: {', '.join(f'{tag.tag} ({tag.votes})' for tag in tags)}" for path, tags in proposed.items()]
    votes = {str(path): {tag.tag: tag.votes for tag in tags} for path, tags in proposed.items()}
    show({"proposed": votes, "refused": unread}, "\n".join(lines), options.json)
    return refused(unread)


def _add_train_tags(commands: Commands) -> None:
    about = "train the tagging model on a folder of photographs and their tags"
    parser = commands.add("train-tags", run_train_tags, about)
    parser.add_argument("photographs", type=Path, help="folder of photographs to learn from")
    _add_table(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="RUN", help="folder of the run: features, weights")
    parser.add_argument("--steps", type=count, help="batches of 100 photographs; default: 1,500")
    parser.add_argument("--width", type=float, help="width of the layers; 1 is the paper's; default: 0.1")
    parser.add_argument("--seed", type=count)
    parser.add_argument("--as-published", action="store_true", help="the paper's objective: no mismatched pairs")


def run_train_tags(options: Namespace) -> int:
    """Train the tagging model and print the path of its weights."""
    from heritage_color.train import tagging

    asked = {name: getattr(options, name) for name in ("steps", "width", "seed")}
    known = {name: value for name, value in asked.items() if value is not None}
    recipe = tagging.Recipe(**known, mismatched=not options.as_published)
    print(tagging.train_tagger(options.photographs, options.tags, options.out, recipe))
    return DONE


def _add_tags_benchmark(commands: Commands) -> None:
    about = "compare proposed tags with the tags of held-back photographs"
    parser = commands.add("tags-benchmark", run_tags_benchmark, about)
    parser.add_argument("photographs", type=Path, help="folder of photographs that were not learned from")
    _add_table(parser)
    parser.add_argument("--weights", type=Path, metavar="DIR", help="folder of the model; default: HERITAGE_WEIGHTS")
    parser.add_argument("--run", type=Path, metavar="RUN", dest="learned", help="its training: adds neighbours")
    add_json(parser)


def run_tags_benchmark(options: Namespace) -> int:
    """Print how good the proposals are."""
    from heritage_color.tagging import benchmark, proposing

    tagger = proposing.load_tagger(options.weights or process_settings().weights)
    result = benchmark.compare_rankers(tagger, options.photographs, options.tags, options.learned)
    show(result, benchmark.as_text(result), options.json)
    return DONE
