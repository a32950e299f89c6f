"""The register as the gateway reads it: complete, cheap, and its version tells of every change."""

from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

import pytest

from lantian.apps.telemetry.models import Channel, Device
from lantian.apps.telemetry.services import load_registry, registry_version
from tests.telemetry.device_sample import a_device

pytestmark = pytest.mark.django_db


def test_the_gateway_gets_devices_with_their_channels_addresses_and_tolerance() -> None:
    device = a_device("d1", ("a34002", "PM25"), networks=["10.1.2.3/24"], tolerated=["crc-modbus"], period_s=60)
    Channel.objects.filter(code="PM25").update(factor="a34004", scale=0.001, low=0, high=1000)
    found = load_registry().by_key["hj212", "MN-d1"]
    assert (found.id, found.secret, found.period_s, found.point) == ("d1", "123456", 60, "d1-site")
    assert found.networks == (ip_network("10.1.2.0/24"),)
    assert found.tolerated == {"crc-modbus"}
    channel = found.channels["PM25"]
    assert (channel.factor, channel.point, channel.scale, channel.high) == ("a34004", "d1-site", 0.001, 1000)
    assert device.secret not in repr(found)


def test_a_suspended_device_may_not_report_and_is_still_understood() -> None:
    a_device("d1", active=False, secret="")
    registry = load_registry()
    assert registry.find("hj212", "MN-d1") is None
    assert registry.by_id["d1"].secret is None


@pytest.mark.parametrize(
    "change",
    [
        lambda: Device.objects.filter(pk="d1").update(secret="654321"),
        lambda: Device.objects.get(pk="d1").save(),
        lambda: Device.objects.get(pk="d1").save(update_fields=["name_zh"]),
        lambda: Channel.objects.filter(device="d1").update(scale=0.001),
        lambda: Channel.objects.filter(device="d2").delete(),
        lambda: Device.objects.get(pk="d2").delete(),
        lambda: a_device("d3"),
    ],
)
def test_every_change_of_a_device_or_channel_changes_the_version(change: Callable[[], object]) -> None:
    a_device("d1")
    a_device("d2")
    before = registry_version()
    assert registry_version() == before == load_registry().version
    change()
    assert registry_version() != before


def test_the_whole_register_takes_four_short_questions(django_assert_num_queries: Any) -> None:
    for number in range(5):
        a_device(f"d{number}", ("a34002", "a34004"))
    with django_assert_num_queries(4):
        load_registry()
    with django_assert_num_queries(2):
        registry_version()
