"""An upload is looked at before anything is stored: columns, hours as they would be stored, rejects; then in or out."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lantian.apps.accounts.models import Organisation, Person, Post
from lantian.apps.telemetry.models import ObservationImport, Point

pytestmark = pytest.mark.django_db
HEAD = "station,time,PM2.5,PM10,SO2,NO2,CO,O3,remark\n"
GOOD = "农展馆,2020-11-23 10:00,35,60,3,40,800,20,x\n"
BAD = "农展馆,2020-11-23 11:00,-1,60,3,40,800,20,x\n农展馆,昨天,35,60,3,40,800,20,x\n"


@pytest.fixture
def duty(tmp_path: Path, settings: Any) -> Client:
    settings.DATA_DIR = tmp_path
    settings.LAKE_URL = str(tmp_path / "lake")
    Point.objects.create(id="nongzhanguan", name_zh="农展馆", kind="urban", area_code="110105", evaluated=True)
    return client("duty")


def client(role: str) -> Client:
    person = Person.objects.create_person(role, None, name_zh="甲", name_en="A")
    office, _ = Organisation.objects.get_or_create(code="office", name_zh="区环保局", name_en="Bureau")
    Post.objects.create(person=person, role=role, organisation=office)
    signed_in = Client()
    signed_in.force_login(person)
    return signed_in


def uploaded(duty: Client, text: str, layout: str = "uci-beijing", **more: str) -> str:
    file = SimpleUploadedFile("hours.csv", text.encode("gb18030"))
    answer = duty.post("/monitoring/import/", {"file": file, "layout": layout} | more)
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def test_an_upload_is_shown_as_it_would_be_stored_and_stores_nothing(
    duty: Client, tmp_path: Path, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    address = uploaded(duty, HEAD + GOOD + BAD)
    with django_assert_max_num_queries(10):
        context = duty.get(address).context
    (first, second), ended = context["lines"], context["look"]
    assert (first.point.pk, f"{first.hour.start:%H:%M}") == ("nongzhanguan", "02:00")  # 10:00 in Beijing, by its start
    assert first.hour.values == (35.0, 60.0, 3.0, 40.0, 0.8, 20.0)  # CO: 800 µg/m³
    assert second.hour.values[0] is None
    assert [(reject.row, reject.column, reject.found) for reject in ended.rejects] == [
        (4, "time", "昨天"),
        (3, "PM2.5", "-1"),
    ]
    assert (ended.encoding, context["ignored"]) == ("gbk", ["remark"])
    assert not ObservationImport.objects.exists()
    assert not (tmp_path / "lake").exists()


def test_another_label_moves_the_hours(duty: Client) -> None:
    address = uploaded(duty, HEAD + GOOD, label="end")
    (line,) = duty.get(address).context["lines"]
    assert f"{line.hour.start:%H:%M}" == "01:00"  # the hour 09:00–10:00


def test_a_missing_column_is_named_before_anything_is_stored(duty: Client) -> None:
    address = uploaded(duty, "station,time,PM2.5\n农展馆,2020-11-23 10:00,35\n")
    answer = duty.get(address)
    missing = [column.name for column in answer.context["columns"] if not column.found]
    assert missing == ["PM10", "SO2", "NO2", "CO", "O3"]
    assert "文件缺少列" in answer.content.decode()


def test_a_name_that_nobody_knows_is_told(duty: Client) -> None:
    answer = duty.get(uploaded(duty, HEAD + GOOD.replace("农展馆", "新站")))
    assert answer.context["new_names"] == ["新站"]


def test_import_starts_the_job_and_the_upload_is_no_longer_pending(duty: Client, monkeypatch: Any) -> None:
    started: list[int] = []
    monkeypatch.setattr("lantian.apps.telemetry.views.imports.carry_out_import", started.append)
    address = uploaded(duty, HEAD + GOOD)
    answer = duty.post(address.partition("?")[0], {"act": "import", "layout": "uci-beijing", "label": ""})
    entry = ObservationImport.objects.get()
    assert (answer.headers["Location"], started) == (f"/monitoring/import/{entry.pk}/", [entry.pk])
    assert (entry.file_name, Path(entry.path).is_file()) == ("hours.csv", True)
    assert duty.get(address).status_code == 404


def test_dropping_removes_the_file(duty: Client, tmp_path: Path) -> None:
    address = uploaded(duty, HEAD + GOOD)
    duty.post(address.partition("?")[0], {"act": "drop", "layout": "uci-beijing"})
    assert list((tmp_path / "uploads").iterdir()) == []
    assert not ObservationImport.objects.exists()


def test_a_viewer_may_neither_import_nor_drop(duty: Client) -> None:
    address = uploaded(duty, HEAD + GOOD)
    assert client("viewer").post(address.partition("?")[0], {"act": "drop"}).status_code == 403
    assert duty.get(address).status_code == 200


@pytest.mark.parametrize("token", ["nothing", "..", "0123456789ab"])
def test_a_token_that_names_nothing_is_not_found(duty: Client, token: str) -> None:
    assert duty.get(f"/monitoring/import/look/{token}/").status_code == 404
