"""Commands of publishing: `publish` and `mirror`."""

from argparse import Namespace
from pathlib import Path

from heritage_color.cli.commands import DONE, Commands, counts, site_settings


def add_publish_commands(commands: Commands) -> None:
    """Add the commands."""
    commands.add("publish", run_publish, "publish what curators approved, withdraw what they took back")
    parser = commands.add("mirror", run_mirror, "write the public bucket's content as a folder for any static host")
    parser.add_argument("folder", type=Path)


def run_publish(options: Namespace) -> int:
    """Publish, and print where the gallery is."""
    from heritage_color.publish import steps

    settings = site_settings()
    print(counts(steps.publish(settings)))
    print(f"Gallery: {settings.public_address}/index.html")
    return DONE


def run_mirror(options: Namespace) -> int:
    """Write the public bucket as a folder."""
    from heritage_color.publish import steps

    print(counts(steps.mirror(site_settings(), options.folder)))
    return DONE
