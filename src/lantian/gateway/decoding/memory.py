"""What decoding remembers from one frame to the next: the time of a split message, the last valid values."""

from dataclasses import dataclass, field

_PATIENCE_US = 600 * 1_000_000
_ROOM = 20_000


@dataclass(frozen=True, slots=True)
class Part:
    """The last part seen of a split message: its number and QN, when it came, and DataTime as its first part said."""

    number: int
    qn: str
    received_us: int
    data_time: str


@dataclass(slots=True)
class Memory:
    """A function of the frames decoded before, so that a restart can build it again by looking back.

    parts: by device, command and number of parts (PNUM). last: the newest valid value of a point and factor.
    """

    parts: dict[tuple[str, str, int], Part] = field(default_factory=dict)
    last: dict[tuple[str, str], float] = field(default_factory=dict)

    def time_of_part(self, key: tuple[str, str, int], part: Part) -> str:
        """Return DataTime for a part, its own or that of the first; nothing where the parts before it are missing."""
        before = self.parts.get(key)
        if not part.data_time and before is not None and _follows(part, before):
            part = Part(part.number, part.qn, part.received_us, before.data_time)
        if len(self.parts) > _ROOM:
            self.parts.clear()
        self.parts[key] = part
        return part.data_time


def _follows(part: Part, before: Part) -> bool:
    """A part follows the one before it, or is the same one sent again, within some minutes."""
    is_next = part.number == before.number + 1
    is_same = part.number == before.number and part.qn == before.qn
    return (is_next or is_same) and part.received_us - before.received_us <= _PATIENCE_US
