"""Devices that are turned away (隔离): remembered in bounded memory, told to a sink at a bounded pace."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

KEPT = 1_000
A_ROUND = 20
_SAMPLE_BYTES = 4096


class Reason(StrEnum):
    """Why a device is turned away."""

    UNKNOWN = "unknown"
    SECRET = "secret"  # noqa: S105
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Stranger:
    """Frames that were not stored: how the device names itself, why, from where, the last one's bytes and number."""

    family: str
    key: str
    reason: Reason
    peer: str
    raw: bytes
    at: datetime
    frames: int = 1


class Quarantine:
    """Strangers waiting to be told to the sink, one entry for each device; ``dropped`` counts those beyond memory."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._waiting: dict[tuple[str, str], Stranger] = {}
        self.dropped = 0

    def note(self, stranger: Stranger) -> None:
        """Remember a stranger, with its newest frame and how many there were."""
        key = (stranger.family, stranger.key)
        known = self._waiting.get(key)
        if known is None and len(self._waiting) >= self._kept:
            self.dropped += 1
            return
        frames = stranger.frames + (known.frames if known else 0)
        self._waiting[key] = replace(stranger, frames=frames, raw=stranger.raw[:_SAMPLE_BYTES])

    def take(self, limit: int = A_ROUND) -> list[Stranger]:
        """Return the strangers that have waited longest, and forget them."""
        keys = list(self._waiting)[:limit]
        return [self._waiting.pop(key) for key in keys]
