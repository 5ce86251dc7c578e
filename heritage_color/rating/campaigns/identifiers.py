"""Ids that come from outside, such as a browser: a UUID or a refusal."""

import uuid

from heritage_color.errors import RatingError


def known_form(value: str | uuid.UUID, what: str) -> str:
    """The id as the catalog writes it. Raises RatingError `id-invalid`."""
    try:
        return str(uuid.UUID(str(value)))
    except ValueError as error:
        raise RatingError("id-invalid", f"The {what}'s id is not one of ours: {str(value)[:40]!r}.") from error
