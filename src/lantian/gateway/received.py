"""A frame on its way from the socket into the spool and the lake (收到的报文)."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Received:
    """One frame as received, accepted from a registered device.

    seq: its number in the spool, from 1, without gaps; 0 before the spool has given one.
    received_us: when it came, microseconds since 1970 (UTC). family, device: protocol and registry id.
    peer: ``address:port``. verdict: names of the faults found, in order. raw: the bytes as they came.
    """

    seq: int
    received_us: int
    family: str
    device: str
    peer: str
    verdict: tuple[str, ...]
    raw: bytes

    @property
    def received_at(self) -> datetime:
        """The receipt as an instant (UTC)."""
        return datetime.fromtimestamp(self.received_us / 1e6, UTC)
