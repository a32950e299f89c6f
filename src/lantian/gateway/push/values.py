"""What goes up and what comes back: values, and which of them the other side has confirmed or refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from lantian.kernel.errors import Text


@dataclass(frozen=True, slots=True)
class PushedValue:
    """One reading on its way (上传的读数).

    key: how the point's device names itself (MN). st: its HJ 212 system code. start, period_s: the period that the
    value stands for. value: in ``unit``. flag: a data flag of HJ 212 (table 8); only N is a measurement.
    """

    point: str
    kind: str
    key: str
    st: str
    factor: str
    unit: str
    period_s: int
    start: datetime
    value: float
    flag: str
    synthetic: bool = False

    @property
    def end(self) -> datetime:
        """The end of the period."""
        return self.start + timedelta(seconds=self.period_s)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of values, by their place in the list: confirmed, or refused with the reason given.

    What is in neither has to be sent again. error: why, None where only the time was over; retry_after_s: the wait that
    the other side asked for.
    """

    confirmed: frozenset[int] = frozenset()
    refused: Mapping[int, str] = field(default_factory=dict)
    error: Text | None = None
    retry_after_s: float | None = None


class Sender(Protocol):
    """A connection to a platform above."""

    def send(self, values: Sequence[PushedValue]) -> Outcome:
        """Send values and wait for what becomes of them; never raises for what the other side or the network does."""
        ...

    def close(self) -> None:
        """End the connection."""
        ...


def written(value: float) -> str:
    """Return a value as text with at most four decimals.

    >>> written(35.0), written(0.12345), written(-0.00001)
    ('35', '0.1235', '0')
    """
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
