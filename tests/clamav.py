"""A clamd of our own that knows one thing: the EICAR test string. `from clamav import EICAR`."""

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAM = shutil.which("clamd", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
# In pieces, so that no scanner of a developer's machine finds this file (eicar.org, "Anti-Malware Testfile")
EICAR = b"".join((b"X5O!P%@AP[4\\PZX54(P^)", b"7CC)7}$EICAR-STANDARD-", b"ANTIVIRUS-TEST-FILE!$H+H*"))
STREAM_MOST = 64 * 2**10  # bytes of a file that it takes; it looks into half as many


@contextmanager
def clamd(folder: Path) -> Iterator[str]:
    """The socket of a clamd whose signatures, settings and log lie in a folder, as long as the context lasts."""
    (folder / "signatures").mkdir()
    (folder / "signatures" / "own.ndb").write_text(f"Eicar-Test:0:*:{EICAR.hex()}\n")
    place = folder / "clamd.socket"
    lines = [f"LocalSocket {place}", f"DatabaseDirectory {folder}/signatures", "Foreground yes", "MaxThreads 4"]
    lines += [f"StreamMaxLength {STREAM_MOST}", f"MaxFileSize {STREAM_MOST // 2}", "AlertExceedsMax yes"]
    (folder / "clamd.conf").write_text("\n".join(lines) + "\n")
    with (folder / "log").open("w") as log:
        command = [str(PROGRAM), "--config-file", str(folder / "clamd.conf")]
        server = subprocess.Popen(command, stdout=log, stderr=log)
    deadline = time.monotonic() + 60
    while not place.exists() and server.poll() is None and time.monotonic() < deadline:
        time.sleep(0.1)
    assert place.exists(), (folder / "log").read_text()
    yield str(place)
    server.send_signal(signal.SIGTERM)
    server.wait()
