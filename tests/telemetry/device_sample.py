"""Devices, frames and readings as tests of telemetry need them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from lantian.apps.telemetry.models import Channel, Device, Point
from lantian.gateway.ingested import FrameKind, Ingested, Seen
from lantian.gateway.received import Received
from lantian.lake.schema import ENGINE, INSTANT, POSITIONS

NOW = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)
MN = "110105AABBCC00000000D001"

READINGS = pa.schema(
    [
        ("device", pa.string()),
        ("code", pa.string()),
        ("point", pa.string()),
        ("factor", pa.string()),
        ("period_s", pa.int32()),
        ("start", INSTANT),
        ("value", pa.float64()),
        ("flag", pa.string()),
        ("verdict", pa.string()),
        ("reason", pa.string()),
        ("frame", pa.int64()),
    ]
)


def a_point(name: str = "site-1", kind: str = "dust", **more: Any) -> Point:
    return Point.objects.get_or_create(
        id=name, defaults={"name_zh": name, "kind": kind, "area_code": "110105001", **more}
    )[0]


def a_device(name: str = "d1", codes: Sequence[str] = ("a34002",), **more: Any) -> Device:
    """A registered device with channels; by default a dust monitor that reports each minute."""
    point = more.pop("point", None) or a_point(f"{name}-site")
    chosen = {"kind": "dust", "family": "hj212", "key": f"MN-{name}", "secret": "123456", "point": point, **more}
    device = Device.objects.create(id=name, name_zh=name, registered_at=NOW, **chosen)
    for code in codes:
        Channel.objects.create(
            device=device, point=point, code=code, factor=code, name_zh=code, unit_sent="µg/m³", unit="µg/m³"
        )
    return device


@dataclass
class Stretch:
    """A stretch of a spool under construction."""

    first: int = 1
    spool: str = "spool-a"
    known_at: datetime = NOW
    seen: list[Seen] = field(default_factory=list)
    rows: list[Mapping[str, Any]] = field(default_factory=list)
    positions: list[Mapping[str, Any]] = field(default_factory=list)

    def frame(
        self,
        device: str,
        *,
        at: datetime,
        values: Mapping[str, float | None] | None = None,
        kind: FrameKind = "data",
        verdict: tuple[str, ...] = (),
        **more: Any,
    ) -> "Stretch":
        """Add a frame received at a moment, with the values of its minute."""
        seq = self.first + len(self.seen)
        values = values or {}
        start = more.pop("start", at - timedelta(seconds=60) if values else None)
        period_s = more.pop("period_s", 60)
        bad = more.pop("invalid", ())
        received = Received(seq, int(at.timestamp() * 1e6), "hj212", device, "10.0.0.1:999", verdict, b"##")
        valid = sum(value is not None and code not in bad for code, value in values.items())
        self.seen.append(
            Seen(received, kind, "2051", data_time=start, period_s=period_s, values=len(values), valid=valid, **more)
        )
        for code, value in values.items():
            self.rows.append(
                {"device": device, "code": code, "point": f"{device}-site", "factor": code, "period_s": period_s,
                 "start": start, "value": value, "flag": "N", "verdict": "invalid" if code in bad else "valid",
                 "reason": "flag" if code in bad else None, "frame": seq}
            )  # fmt: skip
        return self

    def position(self, device: str, *, at: datetime, longitude: float, latitude: float) -> "Stretch":
        """Add a position frame."""
        self.frame(device, at=at)
        row = dict.fromkeys(POSITIONS.columns.names)
        row |= {"device": device, "start": at, "longitude": longitude, "latitude": latitude, "speed_kmh": 30.0}
        self.positions.append(row | {"frame": self.first + len(self.seen) - 1})
        return self

    def done(self) -> Ingested:
        """Return the stretch."""
        return Ingested(
            self.spool,
            self.first,
            self.first + len(self.seen) - 1,
            tuple(self.seen),
            pa.Table.from_pylist(list(self.rows), schema=READINGS),
            pa.Table.from_pylist(list(self.positions), schema=POSITIONS.columns),
            ENGINE.empty(),
            self.known_at,
        )
