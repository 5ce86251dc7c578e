"""Commands of the model registry: `models`, `register`, `judge`, `promote` and `rollback`."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from heritage_color.cli.commands import DONE, Commands, add_by, add_json, counts, person, show, site_settings
from heritage_color.methods.names import METHODS


def add(commands: Commands) -> None:
    """Add the commands."""
    add_json(commands.add("models", models, "the model registry: every model, its figures, and which is champion"))
    _add_register(commands)
    _add_judge(commands)
    _add_promote(commands)
    _add_rollback(commands)


def _add_figure(parser: ArgumentParser) -> None:
    parser.add_argument("--figure", metavar="NAME", help="figure in which it must be better; default: auc_rebalanced")


def models(options: Namespace) -> int:
    """List the registry."""
    from dataclasses import asdict

    from heritage_color.train import registering, registry_pages

    settings = site_settings()
    known = registering.list_models(settings)
    table = registry_pages.registry_table(known, settings.preset)
    show({"models": [asdict(model) for model in known]}, table, options.json)
    return DONE


def _add_register(commands: Commands) -> None:
    parser = commands.add("register", register, "put weights that were trained elsewhere into the registry")
    parser.add_argument("weights", type=Path, metavar="WEIGHTS.safetensors", help="with its card beside it")
    parser.add_argument("--parent", type=int, metavar="MODEL_ID", help="model whose weights the training began with")


def register(options: Namespace) -> int:
    """Take a weight file into the registry."""
    from dataclasses import asdict

    from heritage_color.train import registering

    registered = registering.register(site_settings(), options.weights, parent=options.parent)
    print(counts({name: value for name, value in asdict(registered).items() if value != ""}))
    return DONE


def _add_judge(commands: Commands) -> None:
    parser = commands.add("judge", judge, "keep a benchmark of a model, and say whether it may become champion")
    parser.add_argument("model_id", type=int, metavar="MODEL_ID")
    parser.add_argument("benchmark", type=Path, metavar="BENCHMARK.json", help="what `benchmark --json` printed")
    _add_figure(parser)


def judge(options: Namespace) -> int:
    """Keep a benchmark and print what the gate says."""
    from heritage_color.train import promoting, registering, registry

    settings = site_settings()
    registering.judge(settings, options.model_id, options.benchmark)
    verdict = promoting.gate(settings, options.model_id, options.figure or registry.FIGURE)
    print("\n".join([verdict.text, "", *(verdict.reasons or ["It passes the gate: promote makes it champion."])]))
    return DONE


def _add_promote(commands: Commands) -> None:
    parser = commands.add("promote", promote, "make a model that passes the gate the champion of its method")
    parser.add_argument("model_id", type=int, metavar="MODEL_ID")
    parser.add_argument("--why", required=True, metavar="TEXT", help="the reason, as the registry keeps it")
    _add_figure(parser)
    add_by(parser)


def promote(options: Namespace) -> int:
    """Make a model the champion."""
    from dataclasses import asdict

    from heritage_color.train import promoting, registry

    figure = options.figure or registry.FIGURE
    promoted = promoting.promote(site_settings(), options.model_id, person(options), options.why, figure)
    print(counts(asdict(promoted)))
    return DONE


def _add_rollback(commands: Commands) -> None:
    parser = commands.add("rollback", rollback, "put the champion before the current one back")
    parser.add_argument("method", choices=list(METHODS), metavar="METHOD")
    parser.add_argument("--why", default="Rolled back.", metavar="TEXT", help="the reason, as the registry keeps it")
    add_by(parser)


def rollback(options: Namespace) -> int:
    """Make the champion before the champion again."""
    from heritage_color.train import promoting

    moved = promoting.roll_back(site_settings(), options.method, person(options), options.why)
    now = f"model {moved.model_id}" if moved.model_id else "the installed weights"
    print(f"{options.method} colours with {now} again, no longer with model {moved.from_model_id}.")
    return DONE
