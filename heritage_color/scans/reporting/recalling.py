"""The report on a delivery that was taken in, made of what the catalog keeps of it."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from heritage_color import db
from heritage_color.db import Connection
from heritage_color.keys import FileName, Json, Sha256
from heritage_color.scans.arrival.verdicts import VirusScan
from heritage_color.scans.decoding.policies import Profile
from heritage_color.scans.reporting import rework, signing
from heritage_color.scans.reporting.reasons import Finding, recalled
from heritage_color.scans.reporting.report import Delivered, Report

queries = db.queries("scans/reporting/reports")


@dataclass(frozen=True)
class _Delivery:
    """What the catalog keeps of a delivery for its report."""

    name: str
    fingerprint: str
    checksums_listed: int
    checksums_verified: int
    profiles: list[Json]
    looked_at: Json


@dataclass(frozen=True)
class _File:
    """A file of a delivery as the catalog keeps it."""

    path: FileName
    role: str
    outcome: str
    bytes: int
    sha256: Sha256 | None


def report_of(connection: Connection, delivery_id: int) -> Report | None:
    """The report on a delivery: the same counts and findings as when it was taken in. None where there is none."""
    delivery = db.record(_Delivery, queries.get_delivery_facts(connection, delivery_id=delivery_id))
    if delivery is None:
        return None
    findings: dict[FileName, list[Finding]] = defaultdict(list)
    for row in queries.list_delivery_findings(connection, delivery_id=delivery_id):
        findings[row["file"]].append(recalled(**row))
    files = db.records(_File, queries.list_delivery_files(connection, delivery_id=delivery_id))
    pictures = [_delivered(file, findings.pop(file.path, [])) for file in files]
    viruses = delivery.looked_at.get("viruses")
    return Report(
        delivery.name,
        pictures,
        general=[fault for faults in findings.values() for fault in faults],
        fingerprint=delivery.fingerprint,
        listed=delivery.checksums_listed,
        verified=delivery.checksums_verified,
        debts=rework.list_debts(connection, delivery_id),
        profiles=[Profile(**profile) for profile in delivery.profiles],
        signed=signing.sign_off_of(connection, delivery_id),
        viruses=VirusScan.from_json(viruses) if viruses else None,
        space=delivery.looked_at.get("space", ""),
        second_readings=delivery.looked_at.get("second_readings", ""),
    )


def _delivered(file: _File, findings: list[Finding]) -> Delivered:
    digests = {"sha256": file.sha256} if file.sha256 else {}
    return Delivered(Path(file.path), file.path, file.bytes, digests, role=file.role, findings=findings)
