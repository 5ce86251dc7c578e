"""The report on a delivery is signed off by somebody of the staff: who accepted it, when, and what it still owed."""

from heritage_color import db
from heritage_color.archive import open_archive
from heritage_color.db import Connection
from heritage_color.errors import DeliveryError
from heritage_color.events import Event, EventType, Key
from heritage_color.scans.reporting.debts import SignOff
from heritage_color.scans.reporting.rework import Changed, count_debts
from heritage_color.settings import Settings

queries = db.queries("scans/reporting/reports")


def sign_off(settings: Settings, delivery_id: int, by: str, account_id: int | None = None) -> Changed:
    """Accept the report on a delivery. What is signed off already stays as the first has signed it.

    Raises DeliveryError for a delivery that is not taken in, and without a name.
    """
    signer = by.strip()
    if not signer:
        raise DeliveryError("A report is signed off by name.")
    with open_archive(settings) as archive:
        if queries.delivery_state(archive.db, delivery_id=delivery_id) != "ingested":
            raise DeliveryError(f"Delivery {delivery_id} is not taken in, so there is no report on it to sign off.")
        owed = count_debts(archive.db, delivery_id)
        signed = {"delivery_id": delivery_id, "by": signer, "account_id": account_id, "owed": owed}
        new: int = queries.add_sign_off(archive.db, **signed)
        if new:
            key, detail = Key.SIGN_OFF.of(delivery_id=delivery_id), {"report": "signed off", "owed": owed}
            archive.note(Event(key, EventType.APPRAISAL, signer, "accepted", detail, delivery_id=delivery_id))
    return Changed(new)


def sign_off_of(connection: Connection, delivery_id: int) -> SignOff | None:
    """Who signed the report on a delivery off; None while nobody has."""
    return db.record(SignOff, queries.get_sign_off(connection, delivery_id=delivery_id))
