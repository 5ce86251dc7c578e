"""Who is asking: signed cookies for staff and for raters, and form tokens."""

import secrets
import uuid
from dataclasses import asdict, dataclass

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

from heritage_color.accounts import steps as accounts
from heritage_color.accounts.account import Account
from heritage_color.accounts.identities import Question
from heritage_color.accounts.roles import Role
from heritage_color.keys import Address
from heritage_color.settings import Settings
from heritage_color.web.door import permissions
from heritage_color.web.door.permissions import Group, Route

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

    @classmethod
    def of(cls, account: Account, token: str) -> "Person":
        """Return the person of an account, in the session with this token."""
        roles = frozenset(map(Role, account.roles))
        return cls(account.account_id, account.display_name, roles, token, bool(account.temporary))

    def may(self, route: Route) -> bool:
        """Return whether a route, as `POST /review/{colorization_id}`, is open to this person."""
        return permissions.allows(route, self.roles)

    @property
    def sees_deliveries_of(self) -> int | None:
        """None: deliveries of everybody. Who only delivers sees their own and the team's, not what others uploaded."""
        return self.account_id if self.roles <= {Role.RATER, Role.DIGITIZER} else None

    @property
    def menus(self) -> dict[Group, dict[Address, str]]:
        """Addresses and names of the pages in this person's navigation, by group."""
        return permissions.groups_of(self.roles)

    @property
    def start(self) -> Address:
        """The page that this person begins at."""
        return permissions.start_of(self.roles)


class Sessions:
    """Signs and reads cookies. A staff session names its account, and is asked of the catalog at each request."""

    def __init__(self, settings: Settings):
        secret = settings.session_secret or secrets.token_hex(32)
        self.settings = settings
        self.secure = settings.web_address.startswith("https:")
        self.staff = URLSafeTimedSerializer(secret, salt="staff")
        self.questions = URLSafeTimedSerializer(secret, salt="question")
        self.raters = URLSafeTimedSerializer(secret, salt="rater")

    def sign_in(self, response: Response, account: Account) -> None:
        """Give an account a session, which lasts as long as the account's generation."""
        token = secrets.token_urlsafe(16)
        value = {"account": account.account_id, "generation": account.generation, "token": token}
        self._set(response, STAFF_COOKIE, str(self.staff.dumps(value)), STAFF_SECONDS)

    def keep_question(self, response: Response, question: Question) -> None:
        """Keep in this browser what the answer of a sign-in provider must fit."""
        self._set(response, QUESTION_COOKIE, str(self.questions.dumps(asdict(question))), QUESTION_SECONDS)

    def question(self, request: Request) -> Question | None:
        """What was kept, while it is fresh."""
        value = _signed(self.questions, request.cookies.get(QUESTION_COOKIE), QUESTION_SECONDS)
        try:
            return Question(**value) if isinstance(value, dict) else None
        except TypeError:  # kept by another version of this program
            return None

    def forget_question(self, response: Response) -> None:
        """One answer to one question."""
        response.delete_cookie(QUESTION_COOKIE, httponly=True, secure=self.secure, samesite="lax")

    def sign_out(self, response: Response) -> None:
        """End the session of this browser."""
        response.delete_cookie(STAFF_COOKIE, httponly=True, secure=self.secure, samesite="lax")

    def person(self, request: Request) -> Person | None:
        """Who is signed in, if anyone, with the roles that hold at this moment."""
        session = _signed(self.staff, request.cookies.get(STAFF_COOKIE), STAFF_SECONDS)
        if not isinstance(session, dict):
            return None
        account = accounts.find_session(self.settings, session["account"], session["generation"])
        return Person.of(account, session["token"]) if account else None

    def rater(self, request: Request) -> str | None:
        """The pseudonym in this browser, if it has one."""
        rater_id = _signed(self.raters, request.cookies.get(RATER_COOKIE), RATER_SECONDS)
        return rater_id if isinstance(rater_id, str) else None

    def name_rater(self, response: Response, rater_id: str) -> None:
        """Keep a pseudonym in this browser."""
        self._set(response, RATER_COOKIE, str(self.raters.dumps(rater_id)), RATER_SECONDS)

    def keep(self, response: Response, name: str, value: str, seconds: int) -> None:
        """Keep a choice in this browser, unsigned: nothing may hang on it."""
        self._set(response, name, value, seconds)

    def _set(self, response: Response, name: str, value: str, seconds: int) -> None:
        response.set_cookie(name, value, max_age=seconds, httponly=True, secure=self.secure, samesite="lax")


def new_rater() -> str:
    """Return a random pseudonym."""
    return str(uuid.uuid4())


def _signed(serializer: URLSafeTimedSerializer, value: str | None, seconds: int) -> object:
    """Return what a cookie of ours holds; None where it is forged, too old, or not there."""
    try:
        signed: object = serializer.loads(value, max_age=seconds) if value else None
        return signed
    except BadSignature:
        return None
