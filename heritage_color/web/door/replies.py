"""Answers: a rendered page, a plain refusal, a redirect that stays here."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from heritage_color.web.door.site import site_of

SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self'; style-src 'self'; font-src 'self'; script-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # `no-referrer` would make browsers hide a form's origin from us too
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}
START = ("/", "To the start page")
TITLES = {
    400: "That did not fit",
    403: "Not allowed",
    404: "Nothing here",
    405: "Not allowed",
    409: "This has changed in the meantime",
    410: "Taken down",
    413: "Too large",
    429: "Too many tries",
    503: "Not available",
    507: "No room left",
}


class Refusal(Exception):
    """Ends a request with a plain page: what happened, and `onward`, an address and the words of its link.

    `title` heads the page where that of the status says too little.
    """

    def __init__(self, status: int, sentence: str, onward: tuple[str, str] = START, title: str = ""):
        super().__init__(sentence)
        self.status = status
        self.onward = onward
        self.title = title


def show(request: Request, template: str, status: int = 200, **context: object) -> HTMLResponse:
    """A page, with the security headers that must be on it even when everything else failed."""
    curator = getattr(request.state, "curator", None)
    text = site_of(request).templates.get_template(template).render(curator=curator, path=request.url.path, **context)
    return HTMLResponse(text, status, headers=SECURITY)


def refuse(
    request: Request, status: int, sentence: str, onward: tuple[str, str] = START, title: str = ""
) -> HTMLResponse:
    """A plain page that says what went wrong."""
    heading = title or TITLES.get(status, "That did not work")
    return show(request, "door/refusal.html", status, title=heading, sentence=sentence, onward=onward)


def go(path: str) -> RedirectResponse:
    """On to a page of this site, by GET."""
    return RedirectResponse(local_path(path), 303)


def local_path(path: str, otherwise: str = "/review") -> str:
    """`path` when it is one of this site's own, else `otherwise`: nobody is sent elsewhere by a doctored link."""
    safe = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if safe else otherwise
