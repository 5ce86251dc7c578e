"""What a reason code stands for: its severity, its sentence and its remedy."""

from dataclasses import dataclass

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True)
class Reason:
    """Why something was refused (`error`) or noted (`warning`). `{file}` and other facts fill the sentence."""

    severity: str
    sentence: str
    remedy: str
