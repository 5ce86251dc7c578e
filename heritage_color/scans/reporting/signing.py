"""The report on a delivery is signed off by somebody of the staff: who accepted it, when, and what it still owed."""

from heritage_color import db
from heritage_color.errors import DeliveryError
from heritage_color.scans.reporting import rework
from heritage_color.scans.reporting.report import SignOff
from heritage_color.settings import Settings


def sign_off(settings: Settings, delivery_id: int, by: str, account_id: int | None = None) -> dict:
    """Accept the report on a delivery. `{"new"}`: what is signed off already stays as the first has signed it.

    Raises DeliveryError for a delivery that is not taken in, and without a name.
    """
    if not by.strip():
        raise DeliveryError("A report is signed off by name.")
    with db.connect(settings) as connection:
        if queries().delivery_state(connection, delivery_id=delivery_id) != "ingested":
            raise DeliveryError(f"Delivery {delivery_id} is not taken in, so there is no report on it to sign off.")
        owed = rework.count(connection, delivery_id)
        said = {"delivery_id": delivery_id, "by": by.strip()}
        new = queries().add_sign_off(connection, **said, account_id=account_id, owed=owed)
        if new:
            detail = db.json({"report": "signed off", "owed": owed})
            queries().add_sign_off_event(connection, **said, event_key=f"sign-off/{delivery_id}", detail=detail)
    return {"new": new}


def read(connection, delivery_id: int) -> SignOff | None:
    """Who signed the report on a delivery off; None while nobody has."""
    found = queries().get_sign_off(connection, delivery_id=delivery_id)
    return SignOff(**found) if found else None


def queries():
    """The named queries of sql/queries/scans.sql."""
    return db.queries("scans")
