"""Who somebody is at an OpenID Connect provider, and a sign-in there that has begun."""

from dataclasses import dataclass

from heritage_color.accounts.roles import Role


@dataclass(frozen=True)
class Identity:
    """Who somebody is at an OpenID Connect provider, and which roles the provider's groups give.

    Issuer and subject tell the person; the names are for sign-in lists and for what stands under decisions.
    """

    issuer: str
    subject: str
    name: str
    display_name: str
    roles: frozenset[Role]


@dataclass(frozen=True)
class Question:
    """A sign-in that has begun: where to send the browser, what its answer must fit, and the page to go on to."""

    address: str
    state: str
    nonce: str
    verifier: str
    onward: str = ""
