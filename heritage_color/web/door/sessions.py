"""Who is asking: signed cookies for staff and for raters, and form tokens."""

import secrets
import uuid
from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

from heritage_color.accounts import steps as accounts
from heritage_color.accounts.roles import Role
from heritage_color.settings import Settings
from heritage_color.web.door import permissions

QUESTION_COOKIE, QUESTION_SECONDS = "sign-in", 600
STAFF_COOKIE, STAFF_SECONDS = "staff", 12 * 3600
RATER_COOKIE, RATER_SECONDS = "rater", 400 * 24 * 3600  # browsers keep a cookie 400 days at most


@dataclass(frozen=True)
class Person:
    """Someone signed in: the name under their decisions, their roles, and the token that their forms carry."""

    account_id: int
    name: str
    roles: frozenset[Role]
    token: str
    temporary: bool = False  # the password, which somebody else chose

    def may(self, route: str) -> bool:
        """Whether a route, as `POST /review/{colorization_id}`, is open to this person."""
        return permissions.allows(route, self.roles)

    @property
    def sees_deliveries_of(self) -> int | None:
        """None: deliveries of everybody. Who only delivers sees their own and the team's, not what others uploaded."""
        return self.account_id if self.roles <= {Role.RATER, Role.DIGITIZER} else None

    @property
    def pages(self) -> dict[str, str]:
        """Addresses and names of the pages in this person's navigation."""
        return permissions.pages_of(self.roles)


class Sessions:
    """Signs and reads cookies. A staff session names its account, and is asked of the catalog at each request."""

    def __init__(self, settings: Settings):
        secret = settings.session_secret or secrets.token_hex(32)
        self.settings = settings
        self.secure = settings.web_address.startswith("https:")
        self.staff = URLSafeTimedSerializer(secret, salt="staff")
        self.questions = URLSafeTimedSerializer(secret, salt="question")
        self.raters = URLSafeTimedSerializer(secret, salt="rater")

    def sign_in(self, response: Response, account: dict) -> None:
        """Give an account (account_id, generation) a session."""
        value = {"account": account["account_id"], "generation": account["generation"]}
        value["token"] = secrets.token_urlsafe(16)
        self._set(response, STAFF_COOKIE, str(self.staff.dumps(value)), STAFF_SECONDS)

    def keep_question(self, response: Response, question: dict) -> None:
        """Keep in this browser what the answer of a sign-in provider must fit."""
        self._set(response, QUESTION_COOKIE, str(self.questions.dumps(question)), QUESTION_SECONDS)

    def question(self, request: Request) -> dict | None:
        """What was kept, while it is fresh."""
        return _read(self.questions, request.cookies.get(QUESTION_COOKIE), QUESTION_SECONDS)

    def forget_question(self, response: Response) -> None:
        """One answer to one question."""
        response.delete_cookie(QUESTION_COOKIE, httponly=True, secure=self.secure, samesite="lax")

    def sign_out(self, response: Response) -> None:
        """End the session of this browser."""
        response.delete_cookie(STAFF_COOKIE, httponly=True, secure=self.secure, samesite="lax")

    def person(self, request: Request) -> Person | None:
        """Who is signed in, if anyone, with the roles that hold at this moment."""
        cookie = _read(self.staff, request.cookies.get(STAFF_COOKIE), STAFF_SECONDS)
        found = cookie and accounts.find_session(self.settings, cookie["account"], cookie["generation"])
        if not found:
            return None
        who = (found["account_id"], found["display_name"], frozenset(map(Role, found["roles"])))
        return Person(*who, cookie["token"], found["temporary"])

    def rater(self, request: Request) -> str | None:
        """The pseudonym in this browser, if it has one."""
        return _read(self.raters, request.cookies.get(RATER_COOKIE), RATER_SECONDS)

    def name_rater(self, response: Response, rater_id: str) -> None:
        """Keep a pseudonym in this browser."""
        self._set(response, RATER_COOKIE, str(self.raters.dumps(rater_id)), RATER_SECONDS)

    def keep(self, response: Response, name: str, value: str, seconds: int) -> None:
        """Keep a choice in this browser, unsigned: nothing may hang on it."""
        self._set(response, name, value, seconds)

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
