"""Sending a delivery as a browser does: `from sending import Sender`."""

import base64
import hashlib
import re

import httpx


def content_digest(content: bytes) -> str:
    """The header of a piece (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"


class Sender:
    """Someone signed in who sends the files of one upload."""

    def __init__(self, client: httpx.Client, upload_id: int | None = None, name: str = "Glass plates"):
        self.client = client
        self.token = re.search(r'name="token" value="([^"]+)"', client.get("/deliveries").text)[1]
        self.address = f"/uploads/{upload_id}" if upload_id else self._open(name)

    def _open(self, name: str) -> str:
        return self.post("/uploads", name=name).url.path

    @property
    def upload_id(self) -> int:
        return int(self.address.rpartition("/")[2])

    def post(self, path: str, **fields) -> httpx.Response:
        """A form of the page."""
        return self.client.post(path, data={"token": self.token, **fields})

    def announce(self, *files: tuple[str, int] | tuple[str, int, int]) -> httpx.Response:
        """Say which files will come: path, bytes, and time where it matters."""
        wanted = [dict(zip(("path", "bytes", "modified"), file, strict=False)) for file in files]
        return self.client.post(f"{self.address}/files", json=wanted, headers={"X-Form-Token": self.token})

    def put(self, file_id: int, content, offset: int = 0, digest: str = "", **headers) -> httpx.Response:
        """A piece."""
        headers |= {"X-Form-Token": self.token, "Upload-Offset": str(offset)}
        headers["Content-Digest"] = digest or content_digest(content)
        return self.client.put(f"{self.address}/files/{file_id}", content=content, headers=headers)

    def send(self, path: str, content: bytes) -> int:
        """A whole file; returns its number."""
        (answer,) = self.announce((path, len(content))).json()
        if content:
            assert self.put(answer["file_id"], content).status_code == 200
        return answer["file_id"]
