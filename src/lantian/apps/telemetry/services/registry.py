"""The register of devices as the gateway and the writer need it (设备登记), read from the record store."""

from collections import defaultdict
from collections.abc import Mapping
from ipaddress import ip_network
from typing import cast

from django.db.models import Count, Sum

from lantian.apps.telemetry.models import Channel, Device
from lantian.gateway import registry
from lantian.gateway.registry import Family, Registry


def registry_version() -> str:
    """Return a text that changes with every change of devices or channels; two short questions."""
    counted = [kind.objects.aggregate(Count("pk"), Sum("mark")) for kind in (Device, Channel)]
    return "-".join(str(number or 0) for found in counted for number in found.values())


def load_registry() -> Registry:
    """Return all registered devices with their channels, by two questions and those of :func:`registry_version`.

    A suspended device may not report (``by_key`` lacks it), but what it sent before is still understood (``by_id``).
    """
    version = registry_version()
    channels: dict[str, dict[str, registry.Channel]] = defaultdict(dict)
    for row in Channel.objects.values_list(
        "device_id", "code", "factor", "point_id", "unit", "scale", "low", "high"
    ).iterator():
        channels[row[0]][row[1]] = registry.Channel(*row[1:])
    known = [(row.active, _device(row, channels.get(row.pk, {}))) for row in Device.objects.order_by()]
    active = Registry.of(device for is_active, device in known if is_active)
    return Registry(active.by_key, {device.id: device for _, device in known}, version)


def _device(row: Device, channels: Mapping[str, registry.Channel]) -> registry.Device:
    return registry.Device(
        id=row.pk,
        family=cast(Family, row.family),
        key=row.key,
        secret=row.secret or None,
        networks=tuple(ip_network(text, strict=False) for text in row.networks),
        tolerated=frozenset(row.tolerated),
        channels=channels,
        period_s=row.period_s,
        interval_s=row.interval_s,
        point=row.point_id or "",
    )
