"""Commands of training and of the model registry: `train`, `models`, `register`, `judge`, `promote` and `rollback`."""

from argparse import ArgumentParser, Namespace
from importlib import import_module
from pathlib import Path

from heritage_color.cli.commands import (
    DONE,
    Commands,
    add_by,
    add_json,
    counts,
    person,
    process_settings,
    show,
    site_settings,
)
from heritage_color.methods.names import METHODS
from heritage_color.train.trainings import RECIPES, TRAININGS

FURTHER = {  # options that one method or two have, by method
    "fusion-lite": ("encoder",),
    "fusion": ("encoder",),
    "cic": ("width", "trunk"),
    "pix2pix": ("loss", "width", "side"),
}


def add_train_commands(commands: Commands) -> None:
    """Add the commands."""
    _add_train(commands)
    add_json(commands.add("models", run_models, "the model registry: every model, its figures, and which is champion"))
    _add_register(commands)
    _add_judge(commands)
    _add_promote(commands)
    _add_rollback(commands)


def _add_train(commands: Commands) -> None:
    about = "train a method on a folder of colour photographs; resumes where it stopped"
    parser = commands.add("train", run_train, about)
    parser.add_argument("photographs", type=Path, help="folder of colour photographs to learn from")
    parser.add_argument("--validation", type=Path, help="folder of others; default: one work in twenty is held back")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder of the run: checkpoints, logs, weights"
    )
    parser.add_argument("--method", choices=list(TRAININGS), default="fusion-lite")
    parser.add_argument("--start-from", type=Path, metavar="FILE", help="weights to go on from, such as shipped ones")
    _add_recipe(parser)
    _add_further(parser)


def _add_recipe(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--epochs", type=float, default=16, help="how often each photograph is seen; parts are allowed"
    )
    parser.add_argument("--batch", type=int, help="photographs per step; default: 16, pix2pix 4")
    parser.add_argument(
        "--learning-rate", type=float, help="default: 1e-3, pix2pix 2e-4; a tenth of it suits --start-from"
    )
    parser.add_argument("--rebalancing", type=float, default=0.5, help="lambda of the rare colours' weights, 0 to 1")
    parser.add_argument("--aged", type=float, default=0.4, help="share of the pictures made to look old, 0 to 1")
    parser.add_argument("--dropout", type=float, default=0.0, help="share of the features left out at random")
    parser.add_argument("--weight-decay", type=float, default=1e-4, help="of AdamW: larger keeps weights smaller")
    parser.add_argument(
        "--averaging", type=float, default=0.0, help="of the weights, per step, below 1; default: the method's"
    )
    parser.add_argument(
        "--only", default="", metavar="LAYER", help="the one layer that learns, such as fusion_embedding"
    )
    parser.add_argument(
        "--crop", type=int, default=0, metavar="PIXELS", help="training squares; default: the method's"
    )
    parser.add_argument("--seed", type=int, default=2020)
    parser.add_argument(
        "--precision", choices=["auto", "float32", "mixed_bfloat16", "mixed_float16"], default="auto",
        help="auto: mixed_float16 on GPUs, float32 on processors",
    )  # fmt: skip


def _add_further(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--encoder", choices=["efficientnet-lite0", "efficientnet-lite2"],
        help="of the fusion methods: frozen features; default: efficientnet-lite0, the other is larger and slower",
    )  # fmt: skip
    parser.add_argument("--loss", choices=["l1+cgan", "l1", "cgan"], help="of pix2pix; default: l1+cgan")
    parser.add_argument(
        "--trunk", choices=["efficientnet-lite0", "chain"], help="of cic: frozen features, or the paper's blocks"
    )
    parser.add_argument(
        "--width", type=float, help="of cic: share of the paper's channels; of pix2pix: channels of its first layer"
    )
    parser.add_argument(
        "--side", type=int, help="of pix2pix: pixels of a training picture; default: 128, the paper's 256"
    )


def run_train(options: Namespace) -> int:
    """Train a method and print the path of its weight file."""
    from heritage_color.train.networks.recipes import Recipe

    asked = {"batch": options.batch, "learning_rate": options.learning_rate}
    recipe = Recipe(
        options.method,
        options.epochs,
        **RECIPES.get(options.method, {}) | {name: value for name, value in asked.items() if value is not None},
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
    further = {"inception_weights": process_settings().inception_weights} if options.method == "fusion" else {}
    names = FURTHER.get(options.method, ())
    further |= {name: value for name in names if (value := getattr(options, name)) is not None}
    fit = import_module(TRAININGS[options.method]).train
    print(fit(options.photographs, options.validation, options.out, recipe, options.start_from, **further))
    return DONE


def _add_figure(parser: ArgumentParser) -> None:
    parser.add_argument("--figure", metavar="NAME", help="figure in which it must be better; default: auc_rebalanced")


def run_models(options: Namespace) -> int:
    """List the registry."""
    from dataclasses import asdict

    from heritage_color.train import registering, registry_pages

    settings = site_settings()
    known = registering.list_models(settings)
    table = registry_pages.registry_table(known, settings.preset)
    show({"models": [asdict(model) for model in known]}, table, options.json)
    return DONE


def _add_register(commands: Commands) -> None:
    parser = commands.add("register", run_register, "put weights that were trained elsewhere into the registry")
    parser.add_argument("weights", type=Path, metavar="WEIGHTS.safetensors", help="with its card beside it")
    parser.add_argument("--parent", type=int, metavar="MODEL_ID", help="model whose weights the training began with")


def run_register(options: Namespace) -> int:
    """Take a weight file into the registry."""
    from dataclasses import asdict

    from heritage_color.train import registering

    registered = registering.register(site_settings(), options.weights, parent=options.parent)
    print(counts({name: value for name, value in asdict(registered).items() if value != ""}))
    return DONE


def _add_judge(commands: Commands) -> None:
    parser = commands.add("judge", run_judge, "keep a benchmark of a model, and say whether it may become champion")
    parser.add_argument("model_id", type=int, metavar="MODEL_ID")
    parser.add_argument("benchmark", type=Path, metavar="BENCHMARK.json", help="what `benchmark --json` printed")
    _add_figure(parser)


def run_judge(options: Namespace) -> int:
    """Keep a benchmark and print what the gate says."""
    from heritage_color.train import promoting, registering
    from heritage_color.train.figures import FIGURE

    settings = site_settings()
    registering.judge(settings, options.model_id, options.benchmark)
    verdict = promoting.gate(settings, options.model_id, options.figure or FIGURE)
    print("\n".join([verdict.text, "", *(verdict.reasons or ["It passes the gate: promote makes it champion."])]))
    return DONE


def _add_promote(commands: Commands) -> None:
    parser = commands.add("promote", run_promote, "make a model that passes the gate the champion of its method")
    parser.add_argument("model_id", type=int, metavar="MODEL_ID")
    parser.add_argument("--why", required=True, metavar="TEXT", help="the reason, as the registry keeps it")
    _add_figure(parser)
    add_by(parser)


def run_promote(options: Namespace) -> int:
    """Make a model the champion."""
    from dataclasses import asdict

    from heritage_color.train import promoting
    from heritage_color.train.figures import FIGURE

    figure = options.figure or FIGURE
    promoted = promoting.promote(site_settings(), options.model_id, person(options), options.why, figure)
    print(counts(asdict(promoted)))
    return DONE


def _add_rollback(commands: Commands) -> None:
    parser = commands.add("rollback", run_rollback, "put the champion before the current one back")
    parser.add_argument("method", choices=list(METHODS), metavar="METHOD")
    parser.add_argument("--why", default="Rolled back.", metavar="TEXT", help="the reason, as the registry keeps it")
    add_by(parser)


def run_rollback(options: Namespace) -> int:
    """Make the champion before the champion again."""
    from heritage_color.train import promoting

    moved = promoting.roll_back(site_settings(), options.method, person(options), options.why)
    now = f"model {moved.model_id}" if moved.model_id else "the installed weights"
    print(f"{options.method} colours with {now} again, no longer with model {moved.from_model_id}.")
    return DONE
