"""Commands that run things on this machine: `web`, `up`, `down` and `demo`."""

from argparse import Namespace
from pathlib import Path

from heritage_color.cli.commands import DONE, Commands, process_settings, site_settings


def add_machine_commands(commands: Commands) -> None:
    """Add the commands."""
    _add_web(commands)
    commands.add("up", run_up, "start everything on this machine: database, object storage, Airflow, web application")
    commands.add("down", run_down, "stop what `up` started; the data stay")
    _add_demo(commands)


def _add_web(commands: Commands) -> None:
    parser = commands.add("web", run_web, "serve the web application in the foreground")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)


def run_web(options: Namespace) -> int:
    """Serve the web application."""
    import uvicorn

    from heritage_color import db
    from heritage_color.web.app import create

    settings = site_settings()
    db.check(settings)  # whoever starts it by hand is told here; later, pages say so and recover by themselves
    uvicorn.run(
        create(settings),
        host=options.host,
        port=options.port,
        access_log=False,  # raters stay unknown
        timeout_graceful_shutdown=10,  # live pages would keep it open
    )
    return DONE


def run_up(options: Namespace) -> int:
    """Start everything."""
    from heritage_color.machine import running

    running.up(process_settings().home)
    return DONE


def run_down(options: Namespace) -> int:
    """Stop everything."""
    from heritage_color.machine import running

    running.down(process_settings().home)
    return DONE


def _add_demo(commands: Commands) -> None:
    about = "run the whole flow on sample scans, or on your own, and show the result"
    parser = commands.add("demo", run_demo, about)
    parser.add_argument("--scans", type=Path, help="folder of your own pictures instead of the samples")


def run_demo(options: Namespace) -> int:
    """Run the demonstration."""
    from heritage_color.demo import steps

    return steps.run(process_settings().home, options.scans)
