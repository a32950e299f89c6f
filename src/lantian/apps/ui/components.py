"""What the components are given: computations, clocks, choices. Plain frozen data, filled by the views."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

# The six levels (指数级别) by name; the index of a level in this list is its number.
AQI_NAMES: tuple[Words, ...] = (
    _("无效"),
    _("优"),
    _("良"),
    _("轻度污染"),
    _("中度污染"),
    _("重度污染"),
    _("严重污染"),
)
# Side of the level's square within its cell: tokens.css --aqi-N-size.
AQI_SIZES = (0.0, 0.38, 0.52, 0.66, 0.8, 0.92, 1.0)

LAMP_WORDS: dict[str, Words] = {
    "g": _("正常"),
    "y": _("临期"),
    "r": _("逾期"),
    "p": _("暂停"),
    "o": _("未到"),
}


@dataclass(frozen=True)
class Step:
    """A line of a computation: what, its value with unit, and where it is written."""

    label: Words
    value: Words
    cite: Words = ""


@dataclass(frozen=True)
class Action:
    """A link or button of a component."""

    label: Words
    url: str


@dataclass(frozen=True)
class Computation:
    """How a figure was computed (如何算出): formula with the numbers in it, inputs with validity, rule, snapshot."""

    formula: Words
    steps: Sequence[Step] = ()
    rounding: Words = ""
    edition: Words = ""
    rows: Words = ""
    snapshot: str = ""
    links: Sequence[Action] = ()


@dataclass(frozen=True)
class Choice:
    """One choice of a segmented control or a field."""

    value: str
    label: Words


@dataclass(frozen=True)
class Clock:
    """A countdown (时限): what is left, when it ends, how long was given in which days, by which article.

    started, ends: UTC. warn_share: share of the time after which the lamp turns yellow, from the pack.
    given: such as “24 小时” or “2 个工作日”. paused_since: the clock stands still. told: who heard of the delay.
    """

    label: Words
    started: datetime
    ends: datetime
    given: Words
    cite: Words = ""
    warn_share: float = 0.8
    paused_since: datetime | None = None
    reason: Words = ""
    told: Words = ""

    def share(self, now: datetime) -> float:
        """Return the elapsed share, 0 to 1."""
        at = self.paused_since or now
        return min(1.0, max(0.0, (at - self.started) / (self.ends - self.started)))

    def left(self, now: datetime) -> timedelta:
        """Return what is left; negative when overdue."""
        return self.ends - (self.paused_since or now)

    def lamp(self, now: datetime) -> str:
        """Return the lamp's letter: p paused, r overdue, y near its end, o not begun, g on schedule."""
        if self.paused_since:
            return "p"
        if now >= self.ends:
            return "r"
        if now < self.started:
            return "o"
        return "y" if self.share(now) >= self.warn_share else "g"


@dataclass(frozen=True)
class Column:
    """A column of a table: heading, kind (text, number, mark) and unit; rank 2 leaves on narrow screens."""

    label: Words
    kind: str = "text"
    unit: str = ""
    rank: int = 1


@dataclass(frozen=True)
class Table:
    """A plain table; each row is a sequence of texts or safe HTML, one per column."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[object]] = field(default_factory=tuple)
    caption: Words = ""
