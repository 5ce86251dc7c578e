"""What guards every request: security headers, a limit on bodies, no forms from foreign sites."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from heritage_color.keys import HeaderName
from heritage_color.scans.uploading.pieces import PIECE_BYTES
from heritage_color.web.door.replies import refuse

BODY_BYTES = 64 * 1024
FORM_OF_FILES_BYTES = 2 * 2**30  # what a browser without scripts sends at once; it goes to the disk as it comes
# Routes whose bodies are streamed to the disk, with the most that each takes
LARGE = (
    ("PUT", re.compile(r"/uploads/[0-9]+/files/[0-9]+"), PIECE_BYTES),
    ("POST", re.compile(r"/uploads/[0-9]+/form"), FORM_OF_FILES_BYTES),
)
READING = {"GET", "HEAD", "OPTIONS"}


class Protection:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, headers: Mapping[HeaderName, str]):
        self.app = app
        self.headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _complete(MutableHeaders(scope=message), self.headers)
            await send(message)

        refusal = _refusal(Request(scope))
        await (refusal or self.app)(scope, receive, send_with_headers)


def _complete(answer: MutableHeaders, headers: Mapping[HeaderName, str]) -> None:
    for name, value in headers.items():
        answer.setdefault(name, value)


def _refusal(request: Request) -> Response | None:
    if request.method in READING:
        return None
    if not _same_origin(request.headers):
        return refuse(request, 403, "This form came from another site, so it was not accepted. Nothing was changed.")
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        return refuse(request, 411, "The form did not say how long it is. Nothing was changed.")
    if int(length) > _limit(request):
        return refuse(request, 413, "The form is too large. Shorten the note, or send fewer files, and send it again.")
    return None


def _limit(request: Request) -> int:
    """Bytes that the body of a request may have."""
    asked = (request.method, request.url.path)
    return next((most for method, path, most in LARGE if asked[0] == method and path.fullmatch(asked[1])), BODY_BYTES)


def _same_origin(headers: Headers) -> bool:
    """Browsers say where a form comes from; what says nothing is no browser and carries nobody's cookies."""
    fetch_site = headers.get("sec-fetch-site")
    if fetch_site:
        return fetch_site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")
