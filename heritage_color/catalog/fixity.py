"""What the readings of stored objects say: how far back they lie, and when that is an alarm. Pure."""

import math

DAYS = (
    90  # each object is read back at least so often (NDSA levels ask for fixed intervals; most archives keep months)
)
MOST_NAMED = 10  # damaged objects that an alarm names; the catalog has all


def state(row: dict) -> dict:
    """The state of fixity of a row of `fixity_state`.

    `objects`, `bytes`, `damaged`, `oldest_check` (None where nothing is stored), `checked_in_90_days` (share, 0 to 1)
    and `bytes_per_day`, which must be read each day so that all is read within 90.
    """
    share = row["checked_in_time"] / row["objects"] if row["objects"] else 1.0
    kept = {name: row[name] for name in ("objects", "bytes", "damaged", "oldest_check")}
    return kept | {"checked_in_90_days": share, "bytes_per_day": math.ceil(row["bytes"] / DAYS)}


def alarm(damaged: list[dict], state: dict, budget: int) -> str:
    """What is wrong in one sentence each, with the remedy; empty where nothing is."""
    return " ".join(filter(None, (_damage(damaged), _delay(state, budget))))


def _damage(damaged: list[dict]) -> str:
    if not damaged:
        return ""
    named = [f"{one['kind']} of {one['identifier']} ({one['object_key']})" for one in damaged[:MOST_NAMED]]
    named += [f"{len(damaged) - MOST_NAMED} more"] if len(damaged) > MOST_NAMED else []
    return (
        f"Stored objects are damaged: {', '.join(named)}. "
        "Run `heritage-color repair`, which takes good copies from the second store."
    )


def _delay(state: dict, budget: int) -> str:
    if state["checked_in_90_days"] >= 1:
        return ""
    late = 1 - state["checked_in_90_days"]
    return (
        f"{late:.1%} of the stored objects were not read for {DAYS} days. All need {state['bytes_per_day']} bytes "
        f"a day, and HERITAGE_FIXITY_BYTES lets a run read {budget}: raise it, or run audit_fixity more often."
    )


def as_lines(state: dict, budget: int) -> list[str]:
    """Lines of the report."""
    if not state["objects"]:
        return []
    lines = [
        f"Fixity: {state['checked_in_90_days']:.1%} of {state['objects']} stored objects ({state['bytes']} bytes) "
        f"were read back within {DAYS} days; the oldest reading is of {state['oldest_check']:%Y-%m-%d}.",
        f"All within {DAYS} days need {state['bytes_per_day']} bytes a day; a nightly run reads {budget} at most.",
    ]
    if state["damaged"]:
        lines.append(f"ALARM: {state['damaged']} damaged. Run `heritage-color repair`.")
    return lines
