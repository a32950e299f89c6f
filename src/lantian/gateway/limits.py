"""What one connection, one address and one device may ask of the gateway (接入限制), and the bucket that counts it."""

from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

from lantian.gateway.registry import Network

LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


@dataclass(frozen=True, slots=True)
class Limits:
    """Technical limits of a gateway.

    connections: at once, over all families. per_address: from one IP address; ``trusted`` networks are not counted.
    frame_bytes: of a frame that is not complete yet. frames_per_s, burst: of one device, over all its connections.
    bad_frames: of a connection before it has shown a known device. login_s: until it has. idle_s: without a byte; a
    device may report once an hour, and one that is gone is found by probes (TCP keep-alive) after ``probe_s``. quiet_s:
    after which what lies in the buffer is read as far as it goes.
    write_bytes, write_s: answers that a device leaves unread, and for how long. queue_bytes: waiting for the disk.
    """

    connections: int = 20_000
    per_address: int = 500
    trusted: tuple[Network, ...] = LOOPBACK
    frame_bytes: int = 70_000
    frames_per_s: float = 50.0
    burst: float = 500.0
    bad_frames: int = 20
    login_s: float = 300.0
    idle_s: float = 3900.0
    probe_s: int = 120
    quiet_s: float = 2.0
    write_bytes: int = 32_768
    write_s: float = 30.0
    queue_bytes: int = 16 << 20

    def counts(self, address: str) -> bool:
        """Tell whether the connections of an address are counted."""
        return not any(ip_address(address) in network for network in self.trusted)


@dataclass(slots=True)
class Bucket:
    """A token bucket: ``burst`` frames at once, then ``rate`` a second; the clock is told in seconds.

    >>> bucket = Bucket(rate=2, burst=1)
    >>> bucket.take(0.0), bucket.take(0.0), bucket.take(10.0)
    (0.0, 0.5, 0.0)
    """

    rate: float
    burst: float
    _tokens: float = field(init=False)
    _at: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self._tokens = self.burst

    def take(self, at: float) -> float:
        """Take one frame; returns how long no further one may be read [s]."""
        self._tokens = min(self.burst, self._tokens + max(0.0, at - self._at) * self.rate) - 1.0
        self._at = at
        return max(0.0, -self._tokens / self.rate)
