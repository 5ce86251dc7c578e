"""Pages of long lists."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pages:
    """Page `number`, from 1, of `total` rows shown `size` at a time."""

    number: int
    size: int
    total: int

    @property
    def skipped(self) -> int:
        """Rows before this page."""
        return (self.number - 1) * self.size

    @property
    def last(self) -> int:
        """Number of the last page."""
        return max(1, -(-self.total // self.size))
