"""What a rule found (认定前的发现): periods, peak, limit and the rows of its explanation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from lantian.kernel.errors import Text


@dataclass(frozen=True)
class Condition:
    """One row of an explanation (条件): what was looked at, what was found, what the rule asks, whether it holds."""

    label: Text
    found: Text
    limit: Text
    holds: bool

    def as_json(self) -> dict[str, object]:
        """Return the row as it is stored: both languages of each text.

        >>> hour = Condition(Text("小时均值", "hour mean"), Text("180", "180"), Text("> 150", "> 150"), True)
        >>> hour.as_json()["limit"]
        {'zh': '> 150', 'en': '> 150'}
        """
        texts = {"label": self.label, "found": self.found, "limit": self.limit}
        return {name: {"zh": text.zh, "en": text.en} for name, text in texts.items()} | {"holds": self.holds}


@dataclass(frozen=True)
class Finding:
    """What one rule found about one subject in one window (发现).

    subject: the key that keeps it one alarm: rule, point or device, factor.
    start, end: from the start of the first to the end of the last period in which the condition held (UTC).
    peak: the worst value, in ``unit``, of the period that starts at ``peak_at``; limit: what it was compared with.
    holds: whether it still held at the end of the window; a finding that does not ended inside it.
    covered_by: subject of the regional finding that explains it; "" where it stands alone.
    window: id of the maintenance window that suppresses it; "" where none does.
    duplicate_of: subject of a finding with the same cause which goes first; "" where it is the first.
    evidence: what the explanation draws beside the conditions: neighbours, wind, days, positions.
    """

    rule: str
    subject: str
    point: str
    device: str
    area: str
    factor: str
    start: datetime
    end: datetime
    peak: float
    peak_at: datetime
    limit: float
    unit: str
    level: int
    conditions: tuple[Condition, ...]
    judged_at: datetime
    holds: bool
    covered_by: str = ""
    window: str = ""
    duplicate_of: str = ""
    evidence: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_individual(self) -> bool:
        """Whether it calls for somebody by itself: not covered, not suppressed, not a duplicate."""
        return not (self.covered_by or self.window or self.duplicate_of)


def subject_key(rule: str, place: str, factor: str = "") -> str:
    """Return the key that keeps repeated findings one alarm.

    >>> subject_key("dust-pm10-hour", "d-001", "a34002")
    'dust-pm10-hour:d-001:a34002'
    """
    return f"{rule}:{place}:{factor}"
