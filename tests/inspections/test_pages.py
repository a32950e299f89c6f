"""The pages of the inspections: boards and forms, draws from freezing to verification, what the public sees."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localtime

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.cases.models import Case
from lantian.apps.inspections.models import Campaign, Draw, Inspection, Plan, PlanEntry, Visit
from lantian.apps.inspections.services.plans import NewPlan, make_plan
from tests.inspections.conftest import GOOD, make_site, picture

ROOT = Path(__file__).resolve().parents[2]
Clients = Callable[..., Client]


def today() -> date:
    return localtime().date()


def read(client: Client, path: str) -> BeautifulSoup:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return BeautifulSoup(answer.content, "html.parser")


def filled(
    answers: dict[str, str] | None = None, photos: tuple[str, ...] = ("covering", "washing"), **given: Any
) -> Any:
    began = localtime() - timedelta(minutes=40)
    form: dict[str, Any] = {
        "client_id": str(uuid4()), "began": f"{began:%Y-%m-%dT%H:%M}", "minutes": 30, "origin": "patrol",
    }  # fmt: skip
    form |= {f"answer-{item}": answer for item, answer in (GOOD | (answers or {})).items()}
    for number, item in enumerate(photos):
        form[f"photo-{item}"] = SimpleUploadedFile("a.jpg", picture(90 + number), "image/jpeg")
    return form | given


@pytest.mark.row("S15")
def test_a_patrol_that_finds_a_hundred_per_cent_item_missing_opens_a_case(client_of: Clients) -> None:
    site = make_site()
    client = client_of("street", "office-110105001")
    form = f"{reverse('inspections:new')}?code={site.code}&checklist=site-six"
    assert len(read(client, form).select(".items > li")) == 7
    refused = client.post(form, filled({"washing": "fail"}, photos=("covering",)))
    assert "缺照片" in refused.content.decode()
    assert not Inspection.objects.exists()
    answer = client.post(form, filled({"washing": "fail"}))
    made = Inspection.objects.get()
    assert answer.headers["Location"] == reverse("inspections:one", args=[made.pk])
    page = read(client, answer.headers["Location"])
    case = Case.objects.get()
    assert page.find("a", href=reverse("cases:one", args=[case.slug]))
    assert case.evidence.count() == 1
    assert read(client, reverse("cases:one", args=[case.slug])).find("a", href=answer.headers["Location"])
    shot = page.select_one(".shots img")
    assert shot is not None
    assert client.get(str(shot["src"])).content in (picture(90), picture(91))
    rates = read(client_of("duty", "environment"), reverse("inspections:rates"))
    cells = [cell.get_text(strip=True) for cell in rates.select("table")[1].select("tbody tr")[0].select("td")]
    assert cells[2:5] == ["1", "1", "100"]


def test_the_same_form_sent_twice_is_one_inspection(client_of: Clients) -> None:
    site = make_site()
    client = client_of("street", "office-110105001")
    form = f"{reverse('inspections:new')}?code={site.code}&checklist=site-six"
    sent = filled()
    client.post(form, sent)
    for name in ("photo-covering", "photo-washing"):
        sent[name].seek(0)
    client.post(form, sent)
    assert (Inspection.objects.count(), Inspection.objects.get().photos.count()) == (1, 2)


@pytest.mark.row("S06")
def test_a_diesel_vehicle_over_its_limit_opens_a_case(client_of: Clients) -> None:
    client = client_of("bureau", "environment")
    form = f"{reverse('inspections:new')}?checklist=diesel-vehicle"
    sent = filled(
        {"purifier": "ok", "obd": "fail", "urea": "ok"}, photos=("opacity", "purifier", "obd"),
        place="京密路检查点", **{"value-opacity": "1.62", "value-smoke": "visible"},
    )  # fmt: skip
    sent["photo-smoke"] = SimpleUploadedFile("s.jpg", picture(50), "image/jpeg")
    client.post(form, sent)
    made = Inspection.objects.get()
    assert {row.item for row in made.items.filter(answer="fail")} == {"opacity", "smoke", "obd"}
    case = Case.objects.get()
    assert (case.type, case.threads.get(step="decide").holder_id) == ("inspection-finding", "environment")


@pytest.mark.row("S28")
def test_a_trade_campaign_shows_its_progress_by_sector(client_of: Clients) -> None:
    for number, sector in ((1, "printing"), (2, "printing"), (3, "furniture")):
        make_site(number, kind="enterprise", code=f"QY-{number}", attributes={"sector": sector})
    client = client_of("bureau", "environment")
    answer = client.post(
        reverse("inspections:campaign-new"),
        {
            "title": "印刷行业专项", "kind": "enterprise", "checklist": "voc-trade", "sector": "printing",
            "organisation": "environment", "start": today(), "due": today() + timedelta(days=30),
        },
    )  # fmt: skip
    campaign = Campaign.objects.get()
    assert answer.headers["Location"] == reverse("inspections:campaign", args=[campaign.slug])
    entry = PlanEntry.objects.order_by("pk").first()
    assert entry is not None
    form = f"{reverse('inspections:new')}?entry={entry.pk}"
    good = dict.fromkeys(("materials", "collected", "treated", "permit"), "ok")
    sent = filled({**good, "sealed": "fail"}, photos=("sealed",), **{"value-nmhc": "12"})
    client.post(form, {name: value for name, value in sent.items() if name.removeprefix("answer-") not in GOOD})
    page = read(client, answer.headers["Location"])
    figures = [one.get_text(strip=True) for one in page.select(".tiles .fig b")]
    assert figures == ["2", "1", "0", "1"]
    assert Inspection.objects.get().campaign == campaign


@pytest.fixture
def team(person: Callable[..., Person]) -> list[Person]:
    return [person("enforcement", "urban-enforcement", f"inspector-{number}") for number in range(3)]


@pytest.mark.row("S47")
@pytest.mark.row("B3")
def test_a_draw_is_frozen_drawn_published_and_verified_by_the_script_of_the_docs(
    client_of: Clients, team: list[Person], tmp_path: Path
) -> None:
    for number in range(1, 13):
        make_site(number)
    client, public = client_of("enforcement", "urban-enforcement"), Client()
    asked = {
        "title": "工地双随机", "rule": "site-draw", "organisation": "urban-enforcement", "take": 4,
        "beacon": "双色球 2020100 期", "beacon_day": today() + timedelta(days=1), "start": today() + timedelta(days=1),
        "due": today() + timedelta(days=20),
    }  # fmt: skip
    client.post(reverse("inspections:draw-new"), asked)
    draw = Draw.objects.get()
    slug = draw.plan.slug
    before = json.loads(public.get(reverse("inspections:public-list", args=[slug])).content)
    assert before["list_hash"] == draw.list_hash
    assert draw.commitment in read(public, reverse("inspections:public-draw", args=[slug])).get_text()
    assert public.get(reverse("inspections:public-record", args=[slug])).status_code == 404

    client.post(reverse("inspections:draw-run", args=[slug]), {"number": "03-07-12-21-28-33-09"})
    assert Draw.objects.get().drawn_at is None, "the day of the number has not come"
    Draw.objects.update(beacon_day=today())
    client.post(reverse("inspections:draw-run", args=[slug]), {"number": "03-07-12-21-28-33-09"})
    assert public.get(reverse("inspections:public-record", args=[slug])).status_code == 404
    client.post(reverse("inspections:draw-publish", args=[slug]))

    record = tmp_path / "record.json"
    record.write_bytes(public.get(reverse("inspections:public-record", args=[slug])).content)
    script = tmp_path / "check.py"
    docs = (ROOT / "docs" / "how-to" / "draw.md").read_text(encoding="utf-8")
    script.write_text(docs.split("```python\n")[1].split("```")[0], encoding="utf-8")
    for command in (
        [sys.executable, "-W", "ignore", str(script), str(record)],
        [sys.executable, "-m", "lantian.project", "draw", "verify", str(record)],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, "False" in done.stdout) == (0, False), done.stderr
    inspectors = json.loads(public.get(reverse("inspections:public-inspectors", args=[slug, 1])).content)
    first = PlanEntry.objects.get(source__code=json.loads(record.read_text())["drawn"][0].split("/")[1])
    assert {f"P{one.pk}" for one in first.people.all()} == set(inspectors["drawn"])
    shown = read(public, reverse("inspections:public-draw", args=[slug])).get_text()
    assert "检查员-0" not in shown, "the public sees numbers, not names"


@pytest.mark.row("B18")
def test_due_checks_are_merged_and_the_enterprise_sees_its_burden(client_of: Clients) -> None:
    created = localtime() - timedelta(days=170)
    make_site(7, kind="enterprise", code="QY-7", owner_id="firm", attributes={"sector": "printing"}, created_at=created)
    client = client_of("bureau", "environment")
    page = read(client, reverse("inspections:visits"))
    assert [one.get_text(strip=True) for one in page.select(".tiles .fig b")] == ["2", "1", "1", "0"]
    box = page.select_one("input[name=visit]")
    assert box is not None
    client.post(reverse("inspections:visits"), {"visit": box["value"]})
    assert (Visit.objects.count(), PlanEntry.objects.count()) == (1, 2)
    for entry in PlanEntry.objects.all():
        Inspection.objects.create(
            client_id=uuid4(), digest="", source=entry.source, area_code="110105001", checklist=entry.checklist,
            organisation=entry.organisation, origin="routine", began_at=localtime(), ended_at=localtime(),
            result="passed", entry=entry, recorded_at=localtime(),
        )  # fmt: skip
    own = read(client_of("enterprise", "firm"), reverse("inspections:burden"))
    assert [one.get_text(strip=True) for one in own.select(".tiles .fig b")] == ["1", "1", "2", "0"]
    other = read(client_of("enterprise", "office-110105002"), reverse("inspections:burden"))
    assert "没有到访记录" in other.get_text()
    linked = read(client, reverse("ledger:source", args=["enterprise", "QY-7"])).get_text()
    assert "1 次 / 上限 4" in linked


def test_the_board_counts_what_is_due_late_and_mine(client_of: Clients, officer: Person) -> None:
    site, other = make_site(1), make_site(2, street=2)
    whose = Organisation.objects.get(pk="urban-enforcement")
    day = today()
    late = NewPlan("逾期计划", "site-six", whose, day - timedelta(days=40), day - timedelta(days=1))
    make_plan(late, [site], by=None, at=localtime())
    make_plan(NewPlan("本月计划", "site-six", whose, day, day + timedelta(days=30)), [other], by=None, at=localtime())
    client = Client()
    client.force_login(officer)
    page = read(client, reverse("inspections:board"))
    assert [one.get_text(strip=True) for one in page.select(".views .n")] == ["2", "0", "1", "0"]
    features = client.get(reverse("inspections:map")).json()["features"]
    assert sorted(one["properties"]["sort"] for one in features) == ["due", "late"]
    street = read(client_of("street", "office-110105002"), reverse("inspections:board"))
    assert "第2号工地" in street.get_text()
    assert "第1号工地" not in street.get_text()


def test_a_plan_is_made_assigned_and_struck_off(client_of: Clients, officer: Person) -> None:
    site = make_site()
    client = client_of("duty", "environment")
    form = {
        "title": "五月检查", "checklist": "site-six", "organisation": "urban-enforcement", "start": today(),
        "due": today(), "codes": f"{site.code}\nGD-404",
    }  # fmt: skip
    refused = client.post(reverse("inspections:plan-new"), form)
    assert "GD-404" in refused.content.decode()
    client.post(reverse("inspections:plan-new"), form | {"codes": site.code})
    plan, entry = Plan.objects.get(), PlanEntry.objects.get()
    act = {what: reverse("inspections:plan-act", args=[plan.slug, what]) for what in ("assign", "drop")}
    client.post(act["assign"], {"entry": entry.pk, "people": [officer.pk]})
    assert list(entry.people.all()) == [officer]
    client.post(act["drop"], {"entry": entry.pk, "reason": ""})
    client.post(act["drop"], {"entry": entry.pk, "reason": "已竣工"})
    assert PlanEntry.objects.get().state == "dropped"
    assert "五月检查" in read(client, reverse("inspections:plans")).get_text()
    assert "已竣工" in str(read(client, reverse("inspections:plan", args=[plan.slug])))


def test_conflicts_are_declared_for_one_s_own_inspectors(client_of: Clients, officer: Person) -> None:
    site = make_site()
    client = client_of("bureau", "housing")
    path = reverse("inspections:draw-recusal")
    client.post(path, {"person": officer.pk, "code": site.code, "reason": "亲属在该工地任职"})
    assert officer.recusals.count() == 0
    client = Client()
    client.force_login(officer)
    client.post(path, {"person": officer.pk, "code": site.code, "reason": "亲属在该工地任职"})
    assert officer.recusals.count() == 1
    assert "亲属在该工地任职" in read(client, reverse("inspections:draws")).get_text()


@pytest.mark.parametrize("name", ["board", "list", "plans", "campaigns", "draws", "visits", "burden", "rates"])
def test_each_page_opens_in_both_languages_without_anything_in_it(name: str, client_of: Clients) -> None:
    client = client_of("viewer", "environment")
    for language in ("zh-hans", "en"):
        client.cookies["django_language"] = language
        read(client, reverse(f"inspections:{name}"))
    read(Client(), reverse("inspections:public-draws"))


def test_an_inspection_elsewhere_is_not_found(client_of: Clients, inspected: Callable[..., Inspection]) -> None:
    made = inspected()
    photo = made.photos.first()
    assert photo is not None
    client = client_of("street", "office-110105002")
    assert client.get(reverse("inspections:one", args=[made.pk])).status_code == 404
    assert client.get(reverse("inspections:photo", args=[made.pk, photo.pk])).status_code == 404


def test_a_photo_that_was_changed_is_not_shown(
    client_of: Clients, inspected: Callable[..., Inspection], tmp_path: Path
) -> None:
    made = inspected()
    photo = made.photos.first()
    assert photo is not None
    (tmp_path / photo.path).write_bytes(b"other")
    client = client_of("duty", "environment")
    assert client.get(reverse("inspections:photo", args=[made.pk, photo.pk])).status_code == 404


def test_the_list_is_asked_by_result_street_and_text(
    client_of: Clients, inspected: Callable[..., Inspection], district: None
) -> None:
    inspected()
    inspected({"fencing": "fail"}, source=make_site(77, street=2), began_at=datetime(2019, 5, 6, 3).astimezone(),
              ended_at=datetime(2019, 5, 6, 4).astimezone())  # fmt: skip
    client = client_of("duty", "environment")
    for query, count in (("", 2), ("view=failed", 1), ("area=110105002", 1), ("text=77", 1), ("checklist=none", 0)):
        page = read(client, f"{reverse('inspections:list')}?{query}")
        assert len(page.select("tbody tr")) == count, query


def test_a_follow_up_is_offered_of_what_failed_and_joins_its_case(
    client_of: Clients, inspected: Callable[..., Inspection]
) -> None:
    made = inspected({"fencing": "fail"})
    client = client_of("bureau", "urban-enforcement")
    page = read(client, reverse("inspections:one", args=[made.pk]))
    link = page.find("a", string="登记复查")
    assert link is not None
    form = read(client, str(link["href"]))
    chosen = form.select_one("select[name=origin] option[selected]")
    assert chosen is not None
    assert chosen["value"] == "follow-up"
    client.post(str(link["href"]), filled({"fencing": "fail"}, ("covering", "washing", "fencing"), origin="follow-up"))
    assert (Inspection.objects.count(), Case.objects.count()) == (2, 1)
