"""Whether there is room where the archive's objects lie, before anything of a delivery is stored."""

from collections.abc import Iterable

from heritage_color.errors import DeliveryError
from heritage_color.scans.reporting.report import Delivered
from heritage_color.settings import Settings
from heritage_color.store import free_bytes

SPARE_BYTES = 200 * 2**20  # left free for previews, records and the catalog


def space_needed(files: Iterable[Delivered]) -> tuple[int, int]:
    """Bytes of what is delivered, and the most that colorizations of it take: RGB in the scan's depth, not packed."""
    delivered = list(files)
    scans = [file.picture for file in delivered if file.accepted and file.role == "scan" and file.picture]
    colour = [3 * scan.width * scan.height * (2 if scan.bits > 8 else 1) for scan in scans if not scan.colour]
    return sum(file.bytes for file in delivered), sum(colour)


def check_space(settings: Settings, masters: int, colorizations: int = 0) -> str:
    """Compare the bytes needed with those that are free where the objects lie.

    Returns "", or a sentence where nobody tells how many are free. Raises DeliveryError where they do not fit.
    """
    free = free_bytes(settings)
    if free is None:
        why = f"{settings.s3_status} does not tell it" if settings.s3_status else "HERITAGE_S3_STATUS is not set"
        return f"Free space at the store was not looked at: {why}."
    if free < masters + colorizations + SPARE_BYTES:
        parts = f"masters {masters / 1e9:.2f}, colorizations {colorizations / 1e9:.2f} at most"
        needed = f"{(masters + colorizations) / 1e9:.2f} GB ({parts})"
        raise DeliveryError(
            f"The delivery needs {needed}, and only {free / 1e9:.2f} GB are free where the archive lies. Make room, "
            "and run again."
        )
    return ""
