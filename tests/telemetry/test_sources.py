"""Devices and the ledgers: a made-up district's points belong to entries, whose duty lists and pages know it."""

from datetime import UTC, datetime

import pytest

from lantian.apps.accounts.models import Person, Post, Role
from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.ledger.duties import count
from lantian.apps.ledger.hooks import links_of
from lantian.apps.ledger.kinds import kind
from lantian.apps.ledger.models import Source
from lantian.apps.telemetry.models import Device, Point
from lantian.apps.telemetry.services.demo_devices import register_demo_devices
from lantian.apps.telemetry.services.demo_sources import fill_ledgers_with_devices
from lantian.kernel import identifiers
from lantian.policy.reader import load_pack

AT = datetime(2026, 11, 25, 2, tzinfo=UTC)


@pytest.mark.django_db
def test_made_up_devices_belong_to_entries_that_then_have_what_they_must() -> None:
    pack = load_pack("cn-110105-2018")
    sync_pack(pack, at=AT)
    register_demo_devices(pack, at=AT, counts={"station": 0, "micro": 0, "dust": 3, "stack": 2, "fume": 1, "truck": 1})
    assert fill_ledgers_with_devices(at=AT, share=0.02) is not None
    assert fill_ledgers_with_devices(at=AT) is None
    linked = Point.objects.filter(source__isnull=False).order_by("id")
    assert [(point.kind, point.source and point.source.kind) for point in linked] == [
        ("dust", "construction-site"),
        ("dust", "construction-site"),
        ("dust", "construction-site"),
        ("fume", "restaurant"),
        ("stack", "enterprise"),
        ("stack", "enterprise"),
    ]
    site = kind("construction-site")
    dust, video = (next(duty for duty in site.duties if duty.id == name) for name in ("dust-monitor", "video"))
    assert count(site, dust, Source.objects.all(), AT.date()).has == 3
    assert count(site, video, Source.objects.all(), AT.date()).has == 2  # every second site has a camera
    officer = Person.objects.create_person("officer", None, name_zh="值班员")
    Post.objects.create(person=officer, role=Role.DUTY, organisation_id="environment")
    entry = Point.objects.get(pk="sim-dust-001").source
    assert entry is not None
    devices, cameras, *_ = links_of(officer, entry)
    assert (devices.lines[0].url, len(cameras.lines)) == ("/monitoring/devices/sim-dust-001/", 1)
    truck = Source.objects.get(kind="vehicle", name=Device.objects.get(pk="sim-truck-0001").plate)
    assert [line.url for group in links_of(officer, truck) for line in group.lines] == [
        "/monitoring/devices/sim-truck-0001/"
    ]
    assert identifiers.plate(truck.name) == truck.name  # so that its entry can be edited
    Device.objects.filter(pk="sim-dust-001").update(active=False)
    assert count(site, dust, Source.objects.all(), AT.date()).has == 2
