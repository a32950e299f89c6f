"""What a benchmark reports: one figure beside a named peer or goal, measured in the same run."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value.

    what, value, unit: what was measured.
    peer: the named peer or floor measured in the same run, with its value in the same unit, or None.
    goal: the value to reach, in the same unit; lower_is_better tells which side is good.
    """

    what: str
    value: float
    unit: str
    peer: str | None = None
    peer_value: float | None = None
    goal: float | None = None
    lower_is_better: bool = False

    @property
    def ratio(self) -> float | None:
        """How many times better than the peer; None without a peer."""
        if not self.peer_value or not self.value:
            return None
        return self.peer_value / self.value if self.lower_is_better else self.value / self.peer_value

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None without a goal."""
        if self.goal is None:
            return None
        return self.value <= self.goal if self.lower_is_better else self.value >= self.goal

    def as_json(self) -> dict[str, object]:
        """Return the figure in the shape of ``python -m bench NAME --json``."""
        return {
            "what": self.what,
            "value": self.value,
            "unit": self.unit,
            "peer": self.peer,
            "peer_value": self.peer_value,
            "ratio": self.ratio,
            "goal": self.goal,
            "met": self.met,
        }
