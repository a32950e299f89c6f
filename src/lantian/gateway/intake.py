"""What all connections share: who may report, where frames go, which device is reached through which connection."""

import hmac
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from lantian.gateway.committer import Committer
from lantian.gateway.limits import Bucket, Limits
from lantian.gateway.metrics import Meters
from lantian.gateway.quarantine import Quarantine, Reason
from lantian.gateway.registry import Device, Family, Registry
from lantian.gateway.turns import Turns
from lantian.protocols.hj212.messages import Message
from lantian.protocols.hj212.writing import Address


class Link(Protocol):
    """A connection, as those see it who have something for a device."""

    def send(self, wire: bytes) -> None:
        """Write to the device."""
        ...

    def close(self, reason: str) -> None:
        """End the connection."""
        ...

    def hold(self) -> None:
        """Read nothing more."""
        ...

    def tick(self, at: float) -> None:
        """Look at the clock (the event loop's, in seconds)."""
        ...

    def address_of(self, device: str) -> Address | None:
        """Return how to address a device with commands of HJ 212; None where it takes none."""
        ...


Hear = Callable[[str, Message], None]
"""What follows a device's messages: its registry id and a message that is stored."""


def _hear_nothing(_device: str, _message: Message) -> None:
    """Follow nothing."""


@dataclass(slots=True)
class Intake:
    """The common ground of the connections of one gateway; used on the event loop alone."""

    registry: Callable[[], Registry]
    committer: Committer
    limits: Limits
    meters: Meters
    now: Callable[[], datetime]
    hear: Hear = _hear_nothing
    quarantine: Quarantine = field(default_factory=Quarantine)
    turns: Turns = field(default_factory=Turns)
    links: dict[str, Link] = field(default_factory=dict)
    open: set[Link] = field(default_factory=set)
    is_stopping: bool = False
    _addresses: Counter[str] = field(default_factory=Counter)
    _buckets: dict[str, Bucket] = field(default_factory=dict)

    def admit(self, family: Family, key: str, address: str) -> Device | Reason:
        """Return the device that names itself so, or why it may not report from an address."""
        device = self.registry().find(family, key)
        if device is None:
            return Reason.UNKNOWN
        return device if device.may_connect_from(address) else Reason.ADDRESS

    def charge(self, device: str, at: float) -> float:
        """Count one frame of a device; returns how long its connection must not be read [s]."""
        bucket = self._buckets.get(device)
        if bucket is None:
            bucket = self._buckets[device] = self.bucket()
        return bucket.take(at)

    def bucket(self) -> Bucket:
        """Return a fresh bucket, for a connection whose device is not known."""
        return Bucket(self.limits.frames_per_s, self.limits.burst)

    def enter(self, link: Link, address: str) -> str | None:
        """Count a new connection; returns why it is one too many, or None."""
        self.open.add(link)
        self._addresses[address] += 1
        if self.is_stopping:
            return "stopping"
        if len(self.open) > self.limits.connections:
            return "connections"
        if self._addresses[address] > self.limits.per_address and self.limits.counts(address):
            return "connections-per-address"
        return None

    def leave(self, link: Link, address: str, devices: set[str]) -> None:
        """Forget a connection that ended."""
        self.open.discard(link)
        self._addresses[address] -= 1
        if self._addresses[address] <= 0:
            del self._addresses[address]
        for device in devices:
            if self.links.get(device) is link:
                del self.links[device]


def is_secret(device: Device, shown: str | None) -> bool:
    """Tell whether a device showed its secret; one without a secret need not."""
    return device.secret is None or hmac.compare_digest(device.secret.encode(), (shown or "").encode())
