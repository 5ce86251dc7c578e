"""Server processes that outlive their starter, each with a folder of its own, by which they are found again.

A pid file alone lies after a crash, when its number belongs to someone else. The working folder does not: the system
keeps it for each process, and children inherit it. So the file counts only for a process that runs in that folder.
"""

import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from random import SystemRandom
from typing import TypedDict

import psutil

from heritage_color.errors import ServiceError
from heritage_color.keys import Variable

PORTS = range(12_000, 22_000)  # these and their gRPC siblings lie below those of outgoing connections
GRPC_OFFSET = 10_000  # SeaweedFS listens for gRPC that far above each of its ports


PID_FILE = "main.pid"


def find(folder: Path) -> list[psutil.Process]:
    """Return all processes that run in a folder."""
    return [process for process in psutil.process_iter() if _runs_in(process, folder.resolve())]


def main_process(folder: Path) -> psutil.Process | None:
    """The process that was launched in a folder, if it still runs."""
    try:
        process = psutil.Process(int((folder / PID_FILE).read_text()))
    except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
        return None
    return process if _runs_in(process, folder.resolve()) else None


def _runs_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return str(process.cwd()) == str(folder)
    except psutil.Error:  # gone meanwhile, a zombie, or another user's
        return False


def launch(
    command: list[str], folder: Path, log: Path, environment: Mapping[Variable, str], user: str | None = None
) -> None:
    """Start a program in a folder, detached: it has its own session, and its starter may end.

    A shell in between ends at once, so that the program is nobody's child here and leaves no zombie.
    """
    with log.open("ab") as output:
        subprocess.run(
            ["/bin/sh", "-c", f'umask 077; "$@" </dev/null & echo $! >{PID_FILE}', "sh", *command],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            check=True,
            **identity(user),
        )


class Identity(TypedDict, total=False):
    """Arguments of `subprocess.run` that say whose a program is."""

    user: str
    group: int
    extra_groups: list[int]


def identity(user: str | None) -> Identity:
    """Arguments of `subprocess.run` that make a program another system user's, without root's groups."""
    return {} if user is None else {"user": user, "group": primary_group(user), "extra_groups": []}


def primary_group(user: str) -> int:
    """Number of a system user's own group."""
    import pwd

    return pwd.getpwnam(user).pw_gid


def end(folder: Path, request: signal.Signals = signal.SIGTERM, seconds: float = 20) -> None:
    """End what was launched in a folder, and its children."""
    ask_to_end(folder, request)
    make_end(folder, seconds)


def ask_to_end(folder: Path, request: signal.Signals = signal.SIGTERM) -> None:
    """Ask the main process of a folder to end, so that it ends its children in order."""
    process = main_process(folder)
    if process:
        _signal(process, request)


def make_end(folder: Path, seconds: float) -> None:
    """Give the processes of a folder some seconds, then end them. Left-overs without a main process get none."""
    if main_process(folder):
        wait(lambda: not find(folder), seconds)
    for request in (signal.SIGTERM, signal.SIGKILL):
        for left in find(folder):
            _signal(left, request)
        if wait(lambda: not find(folder), 5):
            return
    raise ServiceError(f"A process in {folder} cannot be ended; end it by hand and start again.")


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return


def wait(condition: Callable[[], object], seconds: float, pause: float = 0.05) -> bool:
    """Return whether a condition comes true within some seconds."""
    end_at = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end_at:
            return False
        time.sleep(pause)
    return True


def free_ports(count: int) -> list[int]:
    """Distinct ports of 127.0.0.1 that nobody listens on, nor on their gRPC siblings."""
    free: list[int] = []
    for port in SystemRandom().sample(PORTS, len(PORTS)):
        if is_free(port):
            free.append(port)
        if len(free) == count:
            return free
    raise ServiceError(f"No {count} free ports between {PORTS.start} and {PORTS.stop}.")


def is_free(port: int) -> bool:
    """Return whether a port of 127.0.0.1 and its gRPC sibling can be listened on."""
    return _can_listen(port) and _can_listen(port + GRPC_OFFSET)


def _can_listen(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def last_lines(log: Path, count: int = 5) -> str:
    """The end of a log, for a message."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-count:]) if log.exists() else ""
