"""Passwords as argon2id hashes, with the parameters of argon2-cffi: the second choice of RFC 9106, section 4."""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from heritage_color.errors import AccountError

SHORTEST, LONGEST = 10, 1000  # characters; NIST SP 800-63B, 3.1.1.2, asks for 8 at least and 64 as a possible length
HASHER = PasswordHasher()


def refuse_weak(password: str, name: str = "") -> None:
    """Raises AccountError for a password that is too short, too long, or the name itself."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise AccountError(f"A password has {SHORTEST} to {LONGEST:,} characters; this one has {len(password):,}.")
    if password.strip().casefold() == name.strip().casefold():
        raise AccountError("The name is no password. Choose another.")


def generate() -> str:
    """Return a random password of 16 characters, 96 bits."""
    return secrets.token_urlsafe(12)


def hash_of(password: str) -> str:
    """Return the hash to store; takes about a tenth of a second, on purpose."""
    return HASHER.hash(password)


def fits(stored: str | None, password: str) -> bool:
    """Whether a password is the one behind a hash. Without a hash it takes as long, so that names stay unknown."""
    try:
        return HASHER.verify(stored or _nobody(), password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    return hash_of(secrets.token_urlsafe(32))
