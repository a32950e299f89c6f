"""The administration pages of devices: open to the system administrator, on record, and without secrets."""

from typing import Any

import pytest
from django.test import Client

from lantian.apps.accounts.models import Organisation, Person, Post, Role
from lantian.apps.audit.models import Entry
from lantian.apps.telemetry.models import Camera, Device, MaintenanceWindow, PushTarget
from lantian.apps.telemetry.services import NewWindow, declare_window
from tests.telemetry.device_sample import NOW, a_device, a_point

pytestmark = pytest.mark.django_db

HIDDEN = "no-such-word"


@pytest.fixture
def admin(client: Client) -> Client:
    person = Person.objects.create_person("admin", None, name_zh="管理员")
    office = Organisation.objects.create(code="office", name_zh="信息中心")
    Post.objects.create(person=person, role=Role.SYSTEM_ADMIN, organisation=office)
    client.force_login(person)
    return client


@pytest.mark.parametrize("kind", ["device", "channel", "instrument", "maintenancewindow", "camera", "pushtarget"])
def test_lists_and_forms_show_no_secret(admin: Client, kind: str) -> None:
    device = a_device("d1", secret=HIDDEN)
    device.instruments.create(name="分析仪")
    declare_window(device, NewWindow("stop", NOW, NOW.replace(hour=9), "检修"), by=None, at=NOW)
    Camera.objects.create(point=a_point(), name="东门", snapshot_url="http://127.0.0.1/x", password=HIDDEN)
    PushTarget.objects.create(name="市局", manner="json", address="http://127.0.0.1/", secret=HIDDEN)
    page = admin.get(f"/system/admin/telemetry/{kind}/")
    assert page.status_code == 200
    assert HIDDEN not in page.content.decode()
    changed = page.context["cl"].queryset[0]
    form = admin.get(f"/system/admin/telemetry/{kind}/{changed.pk}/change/")
    assert form.status_code == 200
    assert HIDDEN not in form.content.decode()


def _post(admin: Client, camera: Camera, **changes: str) -> Any:
    fields = {"point": camera.point_id, "name": camera.name, "snapshot_url": camera.snapshot_url, "active": "on"}
    return admin.post(f"/system/admin/telemetry/camera/{camera.pk}/change/", {**fields, **changes})


def test_a_secret_that_is_not_typed_stays_and_a_new_one_is_on_record_by_its_name(admin: Client) -> None:
    camera = Camera.objects.create(point=a_point(), name="东门", snapshot_url="http://127.0.0.1/x", password=HIDDEN)
    assert _post(admin, camera, name="西门").status_code == 302
    camera.refresh_from_db()
    assert (camera.name, camera.password) == ("西门", HIDDEN)
    _post(admin, camera, password="another")
    camera.refresh_from_db()
    assert camera.password == "another"
    last = Entry.objects.order_by("-pk")[0]
    assert (last.verb, last.actor_name) == ("admin.camera-changed", "admin")
    assert "another" not in str(last.detail)


def test_what_is_deleted_is_on_record(admin: Client) -> None:
    a_device("d1")
    a_device("d2")
    data = {"action": "delete_selected", "_selected_action": ["d1"], "post": "yes"}
    assert admin.post("/system/admin/telemetry/device/", data).status_code == 302
    assert admin.post("/system/admin/telemetry/device/d2/delete/", {"post": "yes"}).status_code == 302
    assert not Device.objects.exists()
    assert [entry.verb for entry in Entry.objects.order_by("pk")] == ["admin.device-deleted"] * 2


def test_windows_are_only_seen(admin: Client) -> None:
    declare_window(a_device("d1"), NewWindow("stop", NOW, NOW.replace(hour=9), "检修"), by=None, at=NOW)
    window = MaintenanceWindow.objects.get()
    assert admin.get("/system/admin/telemetry/maintenancewindow/add/").status_code == 403
    assert admin.post(f"/system/admin/telemetry/maintenancewindow/{window.pk}/delete/").status_code == 403


def _device_form(**changes: str) -> dict[str, str]:
    fields = {"id": "d1", "name_zh": "东门", "kind": "dust", "family": "hj212", "key": "MN-d1", "interval_s": "60"}
    fields |= {"networks": "[]", "tolerated": "[]", "period_s": "0", "active": "on", "registered_at_0": "2026-03-02"}
    fields |= {"registered_at_1": "12:00:00", "instruments-TOTAL_FORMS": "0", "instruments-INITIAL_FORMS": "0"}
    return {**fields, **changes}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"networks": '["10.1"]'}, "地址“10.1”不可用"),
        ({"networks": "[7]"}, "object has no attribute"),
        ({"tolerated": '["all"]'}, "报文缺陷“all”不能容忍"),
        ({"key": "MN-d2"}, "已登记为“d2”"),
    ],
)
def test_a_device_is_checked_here_as_everywhere(admin: Client, changes: dict[str, str], said: str) -> None:
    a_device("d1")
    a_device("d2")
    page = admin.post("/system/admin/telemetry/device/d1/change/", _device_form(**changes))
    assert page.status_code == 200
    assert said in str(page.context["errors"])


def test_a_device_is_changed_with_its_address_list_tidied(admin: Client) -> None:
    a_device("d1")
    form = _device_form(networks='["10.1.2.9/24"]', family="")
    assert admin.post("/system/admin/telemetry/device/d1/change/", form).status_code == 200
    form = _device_form(networks='["10.1.2.9/24"]')
    assert admin.post("/system/admin/telemetry/device/d1/change/", form).status_code == 302
    device = Device.objects.get()
    assert (device.networks, device.secret, device.name_zh) == (["10.1.2.0/24"], "123456", "东门")
