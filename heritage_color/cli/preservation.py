"""Commands that keep the archive: `bag`, `export`, `rebuild`, `repair` and `withdraw`."""

from argparse import Namespace
from pathlib import Path

from heritage_color.cli.commands import DONE, Commands, add_by, counts, person, refused, site_settings


def add_preservation_commands(commands: Commands) -> None:
    """Add the commands."""
    _add_bag(commands)
    commands.add("export", run_export, "write the whole catalog into the archive bucket")
    _add_rebuild(commands)
    commands.add("repair", run_repair, "put good copies from the second store in the place of damaged objects")
    _add_withdraw(commands)


def _add_bag(commands: Commands) -> None:
    about = "write masters, metadata and events as a BagIt bag, which can be delivered again"
    parser = commands.add("bag", run_bag, about)
    parser.add_argument("what", nargs="+", metavar="COLLECTION_OR_IDENTIFIER", help="several are welcome; or: all")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="the bag; it must not exist yet")
    parser.add_argument("--zip", action="store_true", help="write FOLDER.zip instead")


def run_bag(options: Namespace) -> int:
    """Write a bag."""
    from heritage_color.preservation import steps

    print(counts(steps.bag(site_settings(), options.what, options.out, options.zip)))
    return DONE


def run_export(options: Namespace) -> int:
    """Write the catalog into the archive bucket."""
    from heritage_color.preservation import steps

    print(counts(steps.export_catalog(site_settings())))
    return DONE


def _add_rebuild(commands: Commands) -> None:
    parser = commands.add("rebuild", run_rebuild, "make an empty catalog again from the archive bucket alone")
    parser.add_argument("--export", default="", metavar="KEY", help="an older export; default: the newest")


def run_rebuild(options: Namespace) -> int:
    """Fill an empty catalog, and say what does not fit."""
    from heritage_color.preservation import steps

    result = steps.rebuild(site_settings(), options.export)
    print(counts({name: len(value) if isinstance(value, list) else value for name, value in vars(result).items()}))
    absent = [f"The archive bucket has no {key}, of which the catalog speaks." for key in result.rows_without_object]
    unknown = [f"{key} lies in the archive bucket, and nothing tells of it." for key in result.objects_without_row]
    return refused([*result.left, *absent, *unknown])


def run_repair(options: Namespace) -> int:
    """Repair what the second store has, and say what is left."""
    from heritage_color.preservation import repairing

    result = repairing.repair(site_settings())
    print(counts({"damaged": result.damaged, "repaired": result.repaired, "left": len(result.left)}))
    return refused(result.left)


def _add_withdraw(commands: Commands) -> None:
    about = "put a tombstone in the place of a scan; its identifier stays its own"
    parser = commands.add("withdraw", run_withdraw, about)
    parser.add_argument("identifier", metavar="IDENTIFIER")
    parser.add_argument("--why", required=True, metavar="TEXT", help="the reason, which the public reads")
    add_by(parser)


def run_withdraw(options: Namespace) -> int:
    """Withdraw a scan."""
    from heritage_color.preservation import withdrawing

    print(counts(withdrawing.withdraw(site_settings(), options.identifier, options.why, person(options))))
    return DONE
