"""Who is asking: signed cookies for staff and for raters, form tokens, and a limit on wrong passwords."""

import hashlib
import hmac
import secrets
import threading
import time
import uuid
from collections import OrderedDict
from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

from heritage_color.settings import Settings

STAFF_COOKIE, STAFF_SECONDS = "staff", 12 * 3600
RATER_COOKIE, RATER_SECONDS = "rater", 400 * 24 * 3600  # browsers keep a cookie 400 days at most


@dataclass(frozen=True)
class Curator:
    """Someone signed in: the name that stands in decisions, and the token that this person's forms carry."""

    name: str
    token: str


class Sessions:
    """Signs and reads cookies. Another password or secret ends all staff sessions."""

    def __init__(self, settings: Settings):
        secret = settings.session_secret or secrets.token_hex(32)
        self.password = settings.staff_password.encode()
        self.secure = settings.web_address.startswith("https:")
        self.staff = URLSafeTimedSerializer(secret, salt="staff" + hashlib.sha256(self.password).hexdigest())
        self.raters = URLSafeTimedSerializer(secret, salt="rater")

    def password_fits(self, given: str) -> bool:
        """Whether this is the staff password, in constant time; with no password set nothing fits."""
        return bool(self.password) and hmac.compare_digest(given.encode(), self.password)

    def sign_in(self, response: Response, name: str) -> None:
        """Give a curator a session."""
        value = self.staff.dumps({"name": name, "token": secrets.token_urlsafe(16)})
        self._set(response, STAFF_COOKIE, str(value), STAFF_SECONDS)

    def sign_out(self, response: Response) -> None:
        """End the session of this browser."""
        response.delete_cookie(STAFF_COOKIE, httponly=True, secure=self.secure, samesite="lax")

    def curator(self, request: Request) -> Curator | None:
        """Who is signed in, if anyone."""
        found = _read(self.staff, request.cookies.get(STAFF_COOKIE), STAFF_SECONDS)
        return Curator(found["name"], found["token"]) if found else None

    def rater(self, request: Request) -> str | None:
        """The pseudonym in this browser, if it has one."""
        return _read(self.raters, request.cookies.get(RATER_COOKIE), RATER_SECONDS)

    def name_rater(self, response: Response, rater_id: str) -> None:
        """Keep a pseudonym in this browser."""
        self._set(response, RATER_COOKIE, str(self.raters.dumps(rater_id)), RATER_SECONDS)

    def _set(self, response: Response, name: str, value: str, seconds: int) -> None:
        response.set_cookie(name, value, max_age=seconds, httponly=True, secure=self.secure, samesite="lax")


def new_rater() -> str:
    """A random pseudonym."""
    return str(uuid.uuid4())


def _read(serializer: URLSafeTimedSerializer, value: str | None, seconds: int):
    try:
        return serializer.loads(value, max_age=seconds) if value else None
    except BadSignature:
        return None


class Attempts:
    """Counts tries per address in memory; too many within the window are turned away."""

    def __init__(self, limit: int = 5, seconds: float = 900, addresses: int = 10_000):
        self.limit, self.seconds, self.addresses = limit, seconds, addresses
        self.tries: OrderedDict[str, list[float]] = OrderedDict()
        self.lock = threading.Lock()

    def admit(self, address: str) -> bool:
        """Count a try before it is made, so that tries sent all at once count too; False when there were too many."""
        now = time.monotonic()
        with self.lock:
            recent = [moment for moment in self.tries.pop(address, []) if now - moment < self.seconds]
            admitted = len(recent) < self.limit
            self.tries[address] = [*recent, now] if admitted else recent
            if len(self.tries) > self.addresses:
                self.tries.popitem(last=False)
            return admitted

    def forget(self, address: str) -> None:
        """Start anew for an address, after a right password."""
        with self.lock:
            self.tries.pop(address, None)
