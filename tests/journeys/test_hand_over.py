"""A post is handed over on its page: what is open is listed, goes to the successor, and stays on record."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from lantian.apps.accounts.models import HandOver, Person, Post, Shift
from lantian.apps.alarms.models import Alarm
from lantian.apps.alarms.services import acknowledge, judge
from lantian.apps.audit.models import Entry
from lantian.apps.cases.models import Case, CaseThread
from lantian.apps.ledger.models import Source
from tests.cases.conftest import district, officer, opened, person, site  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
NOW = datetime(2019, 5, 7, 2, tzinfo=UTC)


def alarm(number: str, area: str = "110105001") -> Alarm:
    return Alarm.objects.create(number=number, rule="dust", rule_version="1", subject=number, area_code=area,
                                first_at=NOW, last_at=NOW, raised_at=NOW, conditions=[], evidence={})  # fmt: skip


@pytest.mark.row("S38")
@pytest.mark.usefixtures("site")
def test_what_is_open_under_a_post_is_listed_and_goes_to_the_successor(
    person: Callable[..., Person],  # noqa: F811 - the fixture
    opened: Callable[..., Case],  # noqa: F811 - the fixture
    site: Source,  # noqa: F811 - the fixture
) -> None:
    old = person("street", "office-110105001", "110105001")
    other = Source.objects.create(kind="bare-land", code="LD-2", name="二街道裸地", state="bare", area_id="110105002",
                                  created_at=NOW, changed_at=NOW, grid_owner=old)  # fmt: skip
    Source.objects.filter(pk=site.pk).update(grid_owner=old)
    taken, judged, elsewhere, nobodys = alarm("A-1"), alarm("A-2"), alarm("A-3", "110105002"), alarm("A-4")
    for one in (taken, judged, elsewhere):
        acknowledge(one, by=old, at=NOW)
    judge(judged, outcome="true", reason="属实", by=old, at=NOW)
    case = opened(NOW)
    CaseThread.objects.filter(case=case, number=2).update(holder="office-110105001")
    coming = timezone.now() + timedelta(days=3)
    Shift.objects.create(organisation_id="office-110105001", person=old, start=coming, end=coming + timedelta(hours=8))
    li = Person.objects.create_person("li", None, name_zh="李清")
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(person("system-admin", "environment"))
    post = old.posts.get()
    path = f"/system/posts/{post.pk}/hand-over/"

    listed = client.get(path).content.decode()
    assert [
        word
        for word in (case.number, "A-1", "观音堂安置房工地", "值班", "转给接任人", "接任即有")
        if word not in listed
    ] == []
    assert not any(word in listed for word in ("A-2", "A-3", "A-4", "二街道裸地"))

    today = timezone.localdate()
    assert client.post(path, {"to": li.pk, "day": f"{today - timedelta(days=1)}"}).status_code == 302
    for row in (taken, judged, elsewhere, nobodys, site, other):
        row.refresh_from_db()
    assert taken.acknowledged_by == li
    assert taken.acknowledged_at == NOW
    assert taken.events.get(kind="handed-over").detail == {"from": old.username, "to": "li"}
    assert (judged.acknowledged_by, elsewhere.acknowledged_by, nobodys.acknowledged_by) == (old, old, None)
    assert (site.grid_owner, other.grid_owner, site.version) == (li, old, 2)
    assert site.changes.get(version=2).fields == {"grid_owner_id": [old.pk, li.pk]}
    assert Shift.objects.get().person == li
    assert CaseThread.objects.open().for_person(Person.objects.get(pk=li.pk)).filter(case=case, number=2).exists()

    done = HandOver.objects.get()
    assert {group["zh"]: group["count"] for group in done.open_items["groups"]} == {
        "在办案件环节": 1, "已确认待处置报警": 1, "负责网格的台账": 1, "值班": 1,
    }  # fmt: skip
    kept = client.get(f"/system/people/{li.pk}/").content.decode()
    assert case.number in kept
    assert 'href="/alarms/A-1/"' in kept
    assert Entry.objects.get(verb="post.handed-over").detail["items"]["open steps of cases"] == 1
    assert Post.objects.get(person=li).valid_from == today
