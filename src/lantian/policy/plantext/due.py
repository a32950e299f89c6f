"""What a reader of deadlines gives, before it is put back to its place."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lantian.policy.plantext.model import DeadlineKind
from lantian.policy.plantext.points import When


@dataclass(frozen=True)
class Found:
    """A deadline as found; start and end are offsets in the clean text."""

    kind: DeadlineKind
    value: str
    start: int
    end: int
    rule: str
    confidence: float
    working_days: bool = False


Reader = Callable[[re.Match[str], When], Iterator[Found]]
