"""The register of devices (设备登记) as the gateway needs it: who may report, and what each channel means.

The gateway knows no database. Whoever starts it hands it a :class:`Registry`; the records live in ``apps/telemetry``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Literal

Family = Literal["hj212", "gb17691", "jt808"]
FAMILIES: tuple[Family, ...] = ("hj212", "gb17691", "jt808")
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Channel:
    """One measured quantity of a device (通道).

    code: the factor code as the device sends it, such as ``a34004`` or ``PM10``. factor: the code as the lake keeps it.
    point: the registry id of the place it measures. scale: what one unit as sent is in the stored unit (ng/m³ to µg/m³
    is 0.001). low, high: the range of the instrument in the stored unit, None is open.
    """

    code: str
    factor: str
    point: str
    unit: str
    scale: float = 1.0
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """A registered device (设备).

    id: of the registry. family and key: by what it names itself: MN, VIN or terminal phone.
    secret: its password or authentication code; None asks for none. Never logged.
    networks: where it may connect from; empty is anywhere.
    tolerated: names of faults (``protocols/hj212/faults.py``) that are repaired instead of refused.
    period_s: the length that a real-time value (-Rtd) stands for, where the device sends no minute data; else 0.
    """

    id: str
    family: Family
    key: str
    secret: str | None = field(default=None, repr=False)
    networks: tuple[Network, ...] = ()
    tolerated: frozenset[str] = frozenset()
    channels: Mapping[str, Channel] = field(default_factory=dict)
    period_s: int = 0
    interval_s: int = 60
    point: str = ""

    def may_connect_from(self, peer: str) -> bool:
        """Tell whether an IP address lies in the device's list; an empty list allows any."""
        return not self.networks or any(ip_address(peer) in network for network in self.networks)


@dataclass(frozen=True)
class Registry:
    """All registered devices at one moment; made anew when something changed.

    >>> registry = Registry.of([Device("d1", "hj212", "A1")])
    >>> registry.find("hj212", "A1").id, registry.find("jt808", "A1")
    ('d1', None)
    """

    by_key: Mapping[tuple[str, str], Device]
    by_id: Mapping[str, Device]
    version: str = ""

    @classmethod
    def of(cls, devices: Iterable[Device], version: str = "") -> "Registry":
        """Index devices by how they name themselves and by id."""
        known = tuple(devices)
        return cls({(one.family, one.key): one for one in known}, {one.id: one for one in known}, version)

    def find(self, family: str, key: str) -> Device | None:
        """Return the device that names itself so, or None."""
        return self.by_key.get((family, key))


def points_of(device: Device) -> Sequence[str]:
    """Return the points that a device reports for, its own first."""
    named = [device.point, *(channel.point for channel in device.channels.values())]
    return [point for point in dict.fromkeys(named) if point]
