"""The report on a delivery that was taken in, made of what the catalog keeps of it."""

from collections import defaultdict
from pathlib import Path

from heritage_color import db
from heritage_color.db import Connection
from heritage_color.scans.arrival.virus import VirusScan
from heritage_color.scans.decoding.policies import Profile
from heritage_color.scans.reporting import rework, signing
from heritage_color.scans.reporting.reasons import Finding, recalled
from heritage_color.scans.reporting.report import Delivered, Report

queries = db.queries("scans/reporting/reports")
FACTS = ("file", "row", "code", "severity", "sentence")


def report_of(connection: Connection, delivery_id: int) -> Report | None:
    """The report on a delivery: the same counts and findings as when it was taken in. None where there is none."""
    delivery = queries.get_delivery_facts(connection, delivery_id=delivery_id)
    if delivery is None:
        return None
    findings: dict[str, list[Finding]] = defaultdict(list)
    for row in queries.list_delivery_findings(connection, delivery_id=delivery_id):
        findings[row["file"]].append(recalled(**{name: row[name] for name in FACTS}))
    files = queries.list_delivery_files(connection, delivery_id=delivery_id)
    pictures = [_delivered(file, findings.pop(file["path"], [])) for file in files]
    general = [one for group in findings.values() for one in group]
    profiles = [Profile(**facts) for facts in delivery["profiles"]]
    counts = (delivery["checksums_listed"], delivery["checksums_verified"])
    looked_at = delivery["looked_at"]
    return Report(
        delivery["name"],
        pictures,
        general,
        delivery["fingerprint"],
        *counts,
        rework.list_debts(connection, delivery_id),
        profiles,
        signing.sign_off_of(connection, delivery_id),
        VirusScan.from_json(looked_at["viruses"]) if looked_at.get("viruses") else None,
        looked_at.get("space", ""),
        looked_at.get("second_readings", ""),
    )


def _delivered(file: dict, findings: list[Finding]) -> Delivered:
    digests = {"sha256": file["sha256"]} if file["sha256"] else {}
    return Delivered(Path(file["path"]), file["path"], file["bytes"], digests, role=file["role"], findings=findings)
