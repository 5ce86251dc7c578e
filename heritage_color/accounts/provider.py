"""Sign-in at an OpenID Connect provider (Core 1.0): authorization code with PKCE (RFC 7636), state and nonce.

Nothing is asked of the provider before somebody signs in. What it says of a person counts when the ID token has its
signature, names this issuer and this client, is fresh, and carries the nonce of this very sign-in.
"""

import hmac
import secrets
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from heritage_color.accounts.claims import Claims, ProviderFacts, SigningKeys, Token, read_user_info
from heritage_color.accounts.identities import Identity, Question
from heritage_color.accounts.roles import Role, parse_roles
from heritage_color.errors import AccountError, ServiceError, SettingsError, SignInError
from heritage_color.keys import Group, HeaderName, Word
from heritage_color.settings import Settings

SECONDS = 10.0  # a request to the provider may take
AT_ONCE = 8  # requests to the provider that wait for its answers; a hanging one must not hold all threads of a server
LEEWAY = 60  # seconds that the two clocks may differ
# Signatures by a key that the provider alone has; never `none`, and no shared secret
ALGORITHMS = [f"{kind}{size}" for kind in ("RS", "PS", "ES") for size in (256, 384, 512)] + ["EdDSA", "Ed25519"]
CALLBACK = "/sign-in/callback"
AWAY = (
    "The sign-in provider {} does not answer at the moment. Try again in a minute, or sign in with a name and "
    "password of this site."
)
Answer = TypeVar("Answer")


class Provider:
    """The provider of the settings. Raises SettingsError where they contradict themselves.

    `seconds` are the longest that one request waits for its answer, and `at_once` how many may wait.
    """

    def __init__(self, settings: Settings, seconds: float = SECONDS, at_once: int = AT_ONCE):
        self.settings, self.issuer = settings, settings.oidc_issuer
        self.rules = parse_rules(settings.oidc_roles)
        self.callback = settings.web_address.rstrip("/") + CALLBACK
        self.seconds, self.places = seconds, threading.BoundedSemaphore(at_once)
        self.facts: ProviderFacts | None = None
        self.keys: SigningKeys | None = None
        if not settings.oidc_client_id:
            raise SettingsError("HERITAGE_OIDC_ISSUER is set, so HERITAGE_OIDC_CLIENT_ID must be, too.")
        self._secure(self.issuer)

    def ask(self) -> Question:
        """Begin a sign-in. Raises ServiceError when the provider does not answer."""
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
        with self._session() as session:
            address, state = session.create_authorization_url(
                self._endpoint("authorization_endpoint"), code_verifier=verifier, nonce=nonce
            )
        return Question(address, state, nonce, verifier)

    def identify(self, asked: Question, answer: Mapping[Word, str]) -> Identity:
        """Who came back with the parameters of `answer`.

        Raises SignInError where the answer is not one to this question, or cannot be believed; ServiceError.
        """
        if not hmac.compare_digest(answer.get("state", "").encode(), asked.state.encode()):
            raise SignInError("This sign-in was not begun in this browser, or was begun anew meanwhile. Begin again.")
        if answer.get("iss", self.issuer) != self.issuer:  # RFC 9207
            raise SignInError("The answer came from another provider than the one that was asked.")
        if "code" not in answer:
            raise SignInError(f"{self.issuer} did not sign you in ({answer.get('error', 'it gave no code')}).")
        token = self._token(answer["code"], asked.verifier)
        claims = self._claims(token, asked.nonce)
        return self._identity(self._completed(token, claims) if claims.groups is None else claims)

    def _session(self) -> OAuth2Session:
        basic, secret = self._metadata().takes_basic, self.settings.oidc_client_secret
        return OAuth2Session(
            self.settings.oidc_client_id,
            secret,
            token_endpoint_auth_method=("client_secret_basic" if basic else "client_secret_post")
            if secret
            else "none",
            scope=self.settings.oidc_scopes,
            redirect_uri=self.callback,
            code_challenge_method="S256",
            default_timeout=self.seconds,
        )

    def _token(self, code: str, verifier: str) -> Token:
        with self._session() as session:
            fetch = partial(session.fetch_token, self._endpoint("token_endpoint"), code=code, code_verifier=verifier)
            try:
                token = self._answered(fetch)
            except AuthlibBaseError as error:
                raise SignInError(
                    f"{self.issuer} did not accept this sign-in ({error.error}). Begin again."
                ) from error
        return Token(str(token.get("id_token", "")), token.get("access_token"))

    def _claims(self, token: Token, nonce: str) -> Claims:
        """The claims of the ID token, when all of it holds."""
        client_id = self.settings.oidc_client_id
        essential = {"iss": {"essential": True, "value": self.issuer}, "aud": {"essential": True, "value": client_id}}
        params = {"nonce": nonce, "client_id": client_id, "access_token": token.access_token}
        try:
            signed = self._verified(token.id_token)
            claims = CodeIDToken(signed.claims, signed.header, essential, params)
            claims.validate(leeway=LEEWAY)
        except (JoseError, ValueError) as error:
            reason = getattr(error, "description", None) or getattr(error, "error", None) or error
            raise SignInError(f"What {self.issuer} says of you cannot be believed: {reason}.") from error
        return Claims.of(claims, self.settings.oidc_claim)

    def _verified(self, text: str) -> jwt.Token:
        """The token with its signature checked; keys are fetched again where those that are known do not fit."""
        try:
            return jwt.decode(text, self._keys(), algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            self.keys = None
            return jwt.decode(text, self._keys(), algorithms=ALGORITHMS)

    def _keys(self) -> KeySet:
        """What was asked once, and is asked again where it could not be had."""
        keys = self.keys
        if keys is None:  # those that come at the same moment ask each for itself, and nobody waits for another
            keys = self.keys = self._asked(self._endpoint("jwks_uri"), SigningKeys.read)
        return keys.as_key_set()

    def _completed(self, token: Token, claims: Claims) -> Claims:
        """The claims with what the provider tells beside the ID token, when it is of the same person."""
        if "userinfo_endpoint" not in self._metadata().endpoints:
            return claims
        headers = {"Authorization": f"Bearer {token.access_token}"}
        told = self._asked(self._endpoint("userinfo_endpoint"), read_user_info, headers)
        if told.get("sub") != claims.subject:
            raise SignInError(f"{self.issuer} speaks of two different people. Begin again.")
        return claims.completed(Claims.of(told, self.settings.oidc_claim))

    def _identity(self, claims: Claims) -> Identity:
        name = claims.user_name or claims.subject
        return Identity(self.issuer, claims.subject, name, claims.display_name or name, self.roles_of(claims.groups))

    def roles_of(self, value: object) -> frozenset[Role]:
        """Return the roles of a claim's value: a group, or a list of groups."""
        groups = value if isinstance(value, list) else [value]
        return frozenset(self.rules[group] for group in groups if isinstance(group, str) and group in self.rules)

    def _metadata(self) -> ProviderFacts:
        """Return what the provider says of itself; it is asked once, and again where it could not be had."""
        facts = self.facts
        if facts is None:
            place = self.issuer.rstrip("/") + "/.well-known/openid-configuration"
            facts = self._asked(place, ProviderFacts.read)
            if facts.issuer != self.issuer:
                raise ServiceError(f"{place} speaks for {facts.issuer}; HERITAGE_OIDC_ISSUER must be the same.")
            self.facts = facts
        return facts

    def _endpoint(self, name: str) -> str:
        address = self._metadata().endpoints.get(name)
        if address is None:
            raise ServiceError(f"The sign-in provider {self.issuer} names no {name}.")
        return self._secure(address)

    def _secure(self, address: str) -> str:
        """Return an address where nobody listens in: https, or this machine. Raises SettingsError."""
        parts = urlsplit(address)
        if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")):
            return address
        raise SettingsError(f"The sign-in provider is asked over https only, found {address}.")

    def _asked(
        self, address: str, read: Callable[[bytes], Answer], headers: Mapping[HeaderName, str] | None = None
    ) -> Answer:
        """Return what `read` makes of the JSON at an address. Raises ServiceError."""

        def fetch() -> bytes:
            answer = requests.get(address, headers=headers, timeout=self.seconds)
            answer.raise_for_status()
            return answer.content

        content = self._answered(fetch)
        try:
            return read(content)
        except TypeError as error:
            raise ServiceError(f"{address} does not answer as a sign-in provider does.") from error
        except ValueError as error:
            raise ServiceError(AWAY.format(self.issuer)) from error

    def _answered(self, fetch: Callable[[], Answer]) -> Answer:
        """What `fetch` gets of the provider. Raises ServiceError without an answer, or where too many wait for one."""
        if not self.places.acquire(timeout=self.seconds / 10):
            raise ServiceError(AWAY.format(self.issuer))
        try:
            return fetch()
        except requests.RequestException as error:
            raise ServiceError(AWAY.format(self.issuer)) from error
        finally:
            self.places.release()


def parse_rules(text: str) -> dict[Group, Role]:
    """Return which group gives which role: `museum-curators=curator,museum-staff=digitizer`. Raises SettingsError."""
    rules: dict[Group, Role] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        group, _, role = part.rpartition("=")
        try:
            (rules[group.strip()],) = parse_roles([role.strip()])
        except AccountError as error:
            raise SettingsError(f"HERITAGE_OIDC_ROLES: {part!r} is not GROUP=ROLE. {error}") from error
    return rules
