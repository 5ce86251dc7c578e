"""Accounts for tests: `from accounts_of_people import PASSWORD, add_person`."""

from functools import cache

import argon2
from catalog_rows import insert

from heritage_color import db

PASSWORD = "correct horse battery"
NAMES = {"curator": ("ada", "Ada Curator"), "administrator": ("grace", "Grace Administrator")}
QUICK = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # checked as any other hash, in no time


@cache
def quick_hash() -> str:
    """A hash of PASSWORD that costs next to nothing."""
    return QUICK.hash(PASSWORD)


def add_person(site, *roles: str) -> str:
    """The name of an account with these roles, made where the catalog has none of that name yet."""
    plain = " and ".join(roles)
    name, display_name = NAMES.get(plain, (plain, f"A {plain}"))
    with db.connect(site) as connection:
        found = db.queries("accounts").find_account(connection, name=name)
    if not found:
        written = f"{{{','.join(roles)}}}"
        account = insert(site, "accounts", "account_id", name=name, display_name=display_name, roles=written)
        insert(site, "account_passwords", "account_id", account_id=account, hash=quick_hash())
    return name
