"""Made-up devices and made-up ledgers joined (演示设备归属): each measures an entry of a ledger.

A dust monitor stands on a site above size, an outlet on an enterprise with a high stack or much VOC, a fume monitor on
a large restaurant; a terminal is on the vehicle of its plate.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from lantian.apps.ledger.services.demo import Anchor, Filled, fill_ledgers
from lantian.apps.telemetry.models import Device, Point

_FIXED: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "dust": ("construction-site", {"above_size": True}),
    "stack": ("enterprise", {"sector": "power", "stack_height_m": 60.0, "key_polluter": True}),
    "voc": ("enterprise", {"sector": "coating", "voc_key": True, "voc_t": 32.0}),
    "fume": ("restaurant", {"scale": "large", "purifier": True}),
}
"""By kind of point: the ledger that it belongs to, and what is true of the entry."""

_VEHICLES: Mapping[str, Mapping[str, Any]] = {
    "truck": {"category": "muck", "positioning": True, "monitor": True, "energy": "diesel"},
    "heavy-diesel": {"category": "heavy-diesel", "positioning": True, "monitor": True, "energy": "diesel"},
}


@transaction.atomic
def fill_ledgers_with_devices(*, at: datetime, share: float = 1.0) -> Filled | None:
    """Fill empty ledgers, with an entry for each made-up device, and tie points to it; None if there are some."""
    points = list(Point.objects.synthetic().filter(kind__in=_FIXED, devices__isnull=False).distinct())
    owners = dict(Device.objects.filter(point__in=points).values_list("point_id", "owner_id"))
    vehicles = Device.objects.filter(kind__in=_VEHICLES, synthetic=True)
    anchors = [*(_of_point(point, owners.get(point.pk)) for point in points), *map(_of_vehicle, vehicles)]
    filled = fill_ledgers(at=at, share=share, anchors=anchors)
    if filled is not None:
        for point in points:
            point.source_id = filled.anchored[point.pk]
        Point.objects.bulk_update(points, ["source"])
    return filled


def _of_point(point: Point, owner: str | None) -> Anchor:
    kind, facts = _FIXED[point.kind]
    return Anchor(point.pk, kind, point.name_zh, point.longitude, point.latitude, point.area_code or None, owner, facts)


def _of_vehicle(device: Device) -> Anchor:
    facts = {**_VEHICLES[device.kind], "plate": device.plate}
    return Anchor(device.pk, "vehicle", device.plate, None, None, None, device.owner_id, facts)
