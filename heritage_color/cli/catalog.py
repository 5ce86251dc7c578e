"""Commands of the catalog: `migrate`, `report` and `likenesses`."""

from argparse import Namespace

from heritage_color.cli.commands import DONE, Commands, add_json, counts, json_of, site_settings


def add_catalog_commands(commands: Commands) -> None:
    """Add the commands."""
    commands.add("migrate", run_migrate, "apply the SQL migrations to the catalog and make the buckets")
    add_json(commands.add("report", run_report, "how many pictures are at which stage"))
    commands.add("likenesses", run_likenesses, "find scans that look alike, and put the pairs before curators")


def run_migrate(options: Namespace) -> int:
    """Bring the schema up to date."""
    from heritage_color.catalog import steps

    applied = steps.migrate(site_settings()).applied
    print("\n".join(applied) if applied else "The catalog is up to date.")
    return DONE


def run_report(options: Namespace) -> int:
    """Print how many pictures are at which stage."""
    from heritage_color.catalog import steps

    settings = site_settings()
    print(json_of(steps.report(settings)) if options.json else steps.report_text(settings))
    return DONE


def run_likenesses(options: Namespace) -> int:
    """Look every new scan up among all others."""
    from heritage_color.likeness import steps

    print(counts(steps.find(site_settings())))
    return DONE
