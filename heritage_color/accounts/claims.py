"""What an OpenID Connect provider says of itself, in a token, and of a person: the parts that a sign-in reads."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from authlib.oidc.core import CodeIDToken, UserInfo
from joserfc.jwk import KeySet

from heritage_color.keys import Word


@dataclass(frozen=True)
class ProviderFacts:
    """What a provider says of itself (OpenID Connect Discovery 1.0): its name, addresses, and how a client signs in.

    `endpoints` has every address by its name there, such as `token_endpoint`; what is no text is left out.
    """

    issuer: object
    endpoints: dict[Word, str]
    takes_basic: bool

    @classmethod
    def read(cls, content: bytes) -> "ProviderFacts":
        """Return the facts in a provider's JSON. Raises ValueError where it is none, TypeError for no object."""
        document = dict(**json.loads(content))
        methods = _listed(document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"]))
        endpoints = {name: value for name, value in document.items() if isinstance(value, str)}
        return cls(document.get("issuer"), endpoints, "client_secret_basic" in methods)


@dataclass(frozen=True)
class SigningKeys:
    """The keys of a provider that sign, each as its JSON has it (RFC 7517)."""

    keys: list[dict[Word, str | list[str]]]

    @classmethod
    def read(cls, content: bytes) -> "SigningKeys":
        """Return the keys in a provider's JSON. Raises ValueError where it is none, TypeError for no object."""
        keys = _listed(dict(**json.loads(content)).get("keys"))
        return cls([key for key in keys if isinstance(key, dict) and key.get("use", "sig") == "sig"])

    def as_key_set(self) -> KeySet:
        """Return the keys as joserfc takes them. Raises JoseError or ValueError for one that it cannot read."""
        return KeySet.import_key_set({"keys": self.keys})


@dataclass(frozen=True)
class Token:
    """What a provider gives for a code: a signed text on the person, and what opens the provider's user info."""

    id_token: str
    access_token: str | None


@dataclass(frozen=True)
class Claims:
    """Who somebody is. Names are empty where nothing is said; `groups` is a group or a list of groups, or None."""

    subject: str
    user_name: str
    display_name: str
    groups: object

    @classmethod
    def of(cls, claims: CodeIDToken | UserInfo, groups_claim: str) -> "Claims":
        """Return what a token or user info claims; `realm_access.roles` also means `roles` inside `realm_access`."""
        groups: object = claims
        for step in [groups_claim] if groups_claim in claims else groups_claim.split("."):
            groups = groups.get(step) if isinstance(groups, Mapping) else None
        subject, user_name, name = (str(claims.get(claim) or "") for claim in ("sub", "preferred_username", "name"))
        return cls(subject, user_name, name, groups)

    def completed(self, others: "Claims") -> "Claims":
        """Return the same, with what it does not say taken from others of the same person."""
        return Claims(
            self.subject,
            self.user_name or others.user_name,
            self.display_name or others.display_name,
            others.groups if self.groups is None else self.groups,
        )


def read_user_info(content: bytes) -> UserInfo:
    """Return the user info in a provider's JSON. Raises ValueError where it is none, TypeError for no object."""
    return UserInfo(**json.loads(content))


def _listed(value: object) -> list[object]:
    """Return a value that ought to be a list; what is none is empty."""
    return value if isinstance(value, list) else []
