"""The pages of the alarms: what they show to whom, what they let whom do, and in how many questions."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.alarms.models import Alarm, AlarmEvent, CounterEvidence, RuleDecision
from lantian.apps.alarms.services import sweep
from lantian.apps.audit.models import Entry
from lantian.apps.telemetry.models import Camera, Snapshot
from tests.alarms.sample import DIRECTION, NOW, PM10, SPEED, fill, site, steady, wave

pytestmark = pytest.mark.django_db
Maker = Callable[..., Any]
PDF = b"%PDF-1.7\nrest"
NUMBER = "110105-20201123-0001"


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR, settings.LAKE_URL, settings.PACK = tmp_path, str(tmp_path / "lake"), "cn-110105-2018"
    return tmp_path


@pytest.fixture
def client_of(officer: Maker, folder: Path) -> Callable[..., Client]:
    def make(role: str = "duty", area: str = "") -> Client:
        client = Client()
        client.force_login(Person.objects.filter(username=f"{role}{area}").first() or officer(role, area))
        return client

    return make


@pytest.fixture
def raised(folder: Path) -> Alarm:
    """One alarm of a site whose neighbours and wind are known, found by a sweep."""
    own, *others = [site(number, factors=(PM10, SPEED, DIRECTION)) for number in range(4)]
    series = {(own.pk, PM10): steady(412.0)}
    series |= {(other.pk, PM10): wave(90.0) for other in others}
    series |= {(own.pk, SPEED): lambda _: 2.3, (own.pk, DIRECTION): lambda _: 180.0}
    sweep(NOW, lake=fill(folder / "lake", series))
    return Alarm.objects.get(rule="site-pm10-hour")


# The list ---------------------------------------------------------------------------------------------------------


def test_the_desk_first_sees_what_waits_and_finds_the_rest_in_its_tabs(client_of: Maker, alarm: Maker) -> None:
    alarm(1)
    alarm(2, handling="suppressed")
    alarm(3, handling="regional")
    alarm(4, handling="observed")
    alarm(5, outcome="true", state="closed")
    page = client_of().get("/alarms/").context["page"]
    assert [line.alarm.number[-1] for line in page.rows] == ["1"]
    counts = {view.value: view.count for view in page.views}
    assert counts == {"": 1, "active": 0, "judged": 1, "suppressed": 1, "regional": 1, "observed": 1, "all": 5}


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({"rule": "offline"}, "2"),
        ({"kind": "stack"}, ""),
        ({"kind": "dust"}, "123"),
        ({"area": "110105002"}, "3"),
        ({"level": "3"}, "1"),
        ({"since": "2020-11-24"}, ""),
        ({"until": "2020-11-23"}, "123"),
        ({"text": "一号"}, "123"),
        ({"text": "0003"}, "3"),
        ({"level": "nine", "since": "never"}, "123"),
        ({"since": "0001-01-01", "until": "9999-12-31"}, "123"),
    ],
)
def test_filters_narrow_the_list_and_nonsense_is_left_out(
    client_of: Maker, alarm: Maker, query: dict[str, str], numbers: str
) -> None:
    alarm(1, level=3)
    alarm(2, rule="offline")
    alarm(3, area_code="110105002")
    page = client_of().get("/alarms/", query).context["page"]
    assert "".join(sorted(line.alarm.number[-1] for line in page.rows)) == numbers


def test_the_list_takes_ten_questions_with_hundreds_of_alarms(
    client_of: Maker, alarm: Maker, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    client = client_of()
    for number in range(1, 250):
        alarm(number)
    with django_assert_max_num_queries(10):
        page = client.get("/alarms/").context["page"]
    assert (len(page.rows), page.total, page.pages) == (100, 249, 3)
    assert client.get("/alarms/", {"page": 3}).context["page"].rows[0].alarm.number[-4:] == "0049"


@pytest.mark.parametrize(("part", "has", "lacks"), [("table", "<table", "<html"), ("preview", "<aside", "<html")])
def test_a_part_of_the_list_is_sent_alone(client_of: Maker, alarm: Maker, part: str, has: str, lacks: str) -> None:
    alarm(1)
    content = client_of().get("/alarms/", {"part": part}).content.decode()
    assert has in content
    assert lacks not in content


def test_the_workbook_holds_what_is_filtered(client_of: Maker, alarm: Maker) -> None:
    alarm(1)
    alarm(2, handling="suppressed")
    answer = client_of().get("/alarms/export.xlsx", {"view": "all"})
    rows: list[Any] = list(openpyxl.load_workbook(io.BytesIO(answer.getvalue())).worksheets[0].values)
    answer.close()
    assert [row[1][-4:] for row in rows[2:]] == ["0002", "0001"]
    assert rows[2][8:10] == (412, 350)
    assert rows[3][13] == "2020-11-23 10:05"


def test_a_moment_looked_back_upon_shows_no_later_alarm(client_of: Maker, alarm: Maker) -> None:
    alarm(1)
    assert client_of().get("/alarms/", {"at": "2020-11-23T10:00"}).context["page"].total == 0
    assert client_of().get("/alarms/", {"at": "2020-11-23T11:00"}).context["page"].total == 1


# One alarm --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_alarm_explains_itself(client_of: Maker, raised: Alarm, language: str) -> None:
    client = client_of()
    client.cookies["django_language"] = language
    answer = client.get(f"/alarms/{raised.number}/")
    page, text = answer.context["page"], answer.content.decode()
    assert page.rows[0].limit == "> 150 µg/m³"
    assert page.all_hold
    assert ("Article 11" if language == "en" else "第十一条") in text
    assert raised.evidence["snapshot"] in text
    assert raised.rule_version in text


def test_the_curve_has_the_points_own_minutes_its_neighbours_and_the_wind(client_of: Maker, raised: Alarm) -> None:
    chart = client_of().get(f"/alarms/{raised.number}/", {"span": "3h"}).context["page"].chart
    assert len(chart["times"]) == 180
    assert chart["limit"] == 150.0
    assert max(value for value in chart["own"] if value is not None) == 412 + 29.5
    low, middle, high = chart["near"][60]
    assert 80 <= low <= middle <= high <= 100
    assert {wind[1:] for wind in chart["winds"]} == {(180.0, 2.3)}


@pytest.mark.parametrize(("span", "steps"), [("3h", 180), ("24h", 288), ("7d", 168)])
def test_the_curve_looks_back_as_far_as_asked(client_of: Maker, raised: Alarm, span: str, steps: int) -> None:
    assert len(client_of().get(f"/alarms/{raised.number}/", {"span": span}).context["page"].chart["times"]) == steps


def test_minutes_that_never_came_stay_gaps(client_of: Maker, folder: Path) -> None:
    own = site(1)

    def gap(back: int) -> float | None:
        return None if 70 <= back < 80 else steady(412.0)(back)

    sweep(NOW, lake=fill(folder / "lake", {(own.pk, PM10): gap}))
    number = Alarm.objects.get(rule="site-pm10-hour").number
    page = client_of().get(f"/alarms/{number}/", {"span": "3h"}).context["page"]
    inside = [value for time, value in zip(page.chart["times"], page.chart["own"], strict=True) if time[11:] <= "10:04"]
    assert sum(value is None for value in inside) == 10


def test_the_page_takes_few_questions(
    client_of: Maker, raised: Alarm, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    client = client_of("viewer")
    client.get(f"/alarms/{raised.number}/")
    with django_assert_max_num_queries(20):
        client.get(f"/alarms/{raised.number}/")


def test_the_last_sixty_days_of_the_place_say_what_became_of_them(client_of: Maker, alarm: Maker) -> None:
    now = alarm(1)
    alarm(2, raised_at=now.raised_at - timedelta(days=59), outcome="true", state="closed")
    alarm(3, raised_at=now.raised_at - timedelta(days=61))
    page = client_of().get(f"/alarms/{now.number}/").context["page"]
    assert [(line.alarm.number[-1], line.alarm.outcome) for line in page.past] == [("2", "true")]


def test_an_alarm_without_point_or_known_rule_still_opens(client_of: Maker, alarm: Maker) -> None:
    one = alarm(1, point=None, rule="gone", factor="", value=None, limit=None)
    answer = client_of().get(f"/alarms/{one.number}/")
    assert answer.status_code == 200
    assert answer.context["page"].curve is None


def test_who_acts_is_noted_as_having_looked_and_who_reads_is_not(client_of: Maker, alarm: Maker) -> None:
    one = alarm(1)
    client_of("viewer").get(f"/alarms/{one.number}/")
    assert not one.events.exists()
    client_of("duty").get(f"/alarms/{one.number}/")
    assert one.events.get().kind == "seen"


# Who may what -----------------------------------------------------------------------------------------------------


def test_a_street_sees_its_own_alarms_and_no_address_opens_another(client_of: Maker, alarm: Maker) -> None:
    alarm(1)
    alarm(2, area_code="110105002")
    street = client_of("street", "110105002")
    assert [line.alarm.number[-1] for line in street.get("/alarms/").context["page"].rows] == ["2"]
    assert street.get(f"/alarms/{NUMBER}/").status_code == 404
    assert street.post(f"/alarms/{NUMBER}/evidence/", {"text": "x"}).status_code == 404
    answer = street.get("/alarms/export.xlsx", {"view": "all"})
    assert openpyxl.load_workbook(io.BytesIO(answer.getvalue())).worksheets[0].max_row == 3  # title, heads, one alarm
    answer.close()


@pytest.mark.parametrize(("role", "status"), [("duty", 302), ("bureau", 302), ("street", 403), ("viewer", 403)])
def test_duty_and_bureau_act_and_others_read(client_of: Maker, alarm: Maker, role: str, status: int) -> None:
    alarm(1)
    client = client_of(role, "110105" if role == "street" else "")
    assert client.post(f"/alarms/{NUMBER}/acknowledge/").status_code == status
    assert client.post(f"/alarms/{NUMBER}/judge/", {"outcome": "true", "reason": "核实"}).status_code == status
    assert Alarm.objects.get().outcome == ("true" if status == 302 else "")


def test_what_is_done_on_the_page_is_done_and_on_record(client_of: Maker, alarm: Maker) -> None:
    one, client = alarm(1), client_of()
    for what, given in (
        ("acknowledge", {}),
        ("comment", {"text": "已电话"}),
        ("judge", {"outcome": "instrument", "reason": "滤带"}),
        ("reopen", {"reason": "复核"}),
        ("hand-on", {"to": Organisation.objects.get().pk, "text": "请核验"}),
    ):
        assert client.post(f"/alarms/{NUMBER}/{what}/", given).status_code == 302, what
    kinds = list(one.events.values_list("kind", flat=True))
    assert kinds == ["acknowledged", "commented", "judged", "reopened", "handed-on"]
    assert Entry.objects.filter(verb__startswith="alarm.").count() == 5


def test_a_refusal_and_a_form_without_reason_are_said_and_change_nothing(client_of: Maker, alarm: Maker) -> None:
    alarm(1, outcome="true", state="closed")
    client = client_of()
    for what, given in (("judge", {"outcome": "true", "reason": "又"}), ("reopen", {"reason": ""})):
        answer = client.post(f"/alarms/{NUMBER}/{what}/", given, follow=True)
        assert len(list(answer.context["messages"])) == 1
    assert Alarm.objects.get().outcome == "true"
    assert client.post(f"/alarms/{NUMBER}/explode/").status_code == 404


# Counter-evidence and pictures ----------------------------------------------------------------------------------------


@pytest.mark.row("B20")
def test_counter_evidence_is_kept_answered_and_sent_as_a_harmless_download(client_of: Maker, alarm: Maker) -> None:
    alarm(1)
    street, duty = client_of("street", "110105"), client_of("duty")
    file = SimpleUploadedFile("校准记录.pdf", PDF, content_type="text/html")
    street.post(f"/alarms/{NUMBER}/evidence/", {"text": "当日校准", "file": file})
    given = CounterEvidence.objects.get()
    assert given.by.username == "street110105"
    answer = duty.get(f"/alarms/{NUMBER}/evidence/{given.pk}/")
    assert (answer.content, answer.headers["Content-Type"]) == (PDF, "application/pdf")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    duty.post(f"/alarms/{NUMBER}/answer/", {"evidence": given.pk, "accepted": "no", "answer": "时间不符"})
    assert "时间不符" in duty.get(f"/alarms/{NUMBER}/").content.decode()


def test_a_script_named_as_a_picture_is_refused(client_of: Maker, alarm: Maker) -> None:
    alarm(1)
    file = SimpleUploadedFile("p.png", b"<script>alert(1)</script>", content_type="image/png")
    answer = client_of().post(f"/alarms/{NUMBER}/evidence/", {"text": "x", "file": file}, follow=True)
    assert "PDF" in str(next(iter(answer.context["messages"])))
    assert not CounterEvidence.objects.exists()


def test_a_statement_may_have_no_file_and_its_address_then_leads_nowhere(client_of: Maker, alarm: Maker) -> None:
    alarm(1)
    client = client_of()
    client.post(f"/alarms/{NUMBER}/evidence/", {"text": "停电"})
    client.post(f"/alarms/{NUMBER}/evidence/", {"text": ""})
    given = CounterEvidence.objects.get()
    assert client.get(f"/alarms/{NUMBER}/evidence/{given.pk}/").status_code == 404


def test_a_picture_is_sent_only_while_it_is_what_was_taken(client_of: Maker, alarm: Maker, folder: Path) -> None:
    one = alarm(1)
    camera = Camera.objects.create(point=one.point, name="C2", snapshot_url="http://127.0.0.1/x")
    (folder / "shot.png").write_bytes(b"png")
    digest = "f9a8b5ff7c44b1a8be6f5c0bd3ad7cb9"  # not the file's
    shot = Snapshot.objects.create(camera=camera, asked_at=NOW, path="shot.png", sha256=digest, media_type="image/png")
    AlarmEvent.objects.create(alarm=one, at=NOW, kind="snapshot", snapshot=shot)
    assert client_of().get(f"/alarms/{NUMBER}/pictures/{shot.pk}/").status_code == 404


# Rules and precision ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_rule_of_the_pack_is_told_in_words_with_its_limit_and_source(client_of: Maker, language: str) -> None:
    client = client_of()
    client.cookies["django_language"] = language
    answer = client.get("/alarms/rules/")
    lines = {line.record.id: line for line in answer.context["lines"]}
    assert "150 µg/m³" in lines["site-pm10-hour"].asks.in_language(language)
    assert all(line.asks.zh and line.asks.en and line.record.citation.zh for line in lines.values())
    assert len(lines) > 20


@pytest.mark.row("B15")
def test_the_board_gives_precision_with_interval_and_proposes_what_a_person_decides(
    client_of: Maker, alarm: Maker
) -> None:
    for number in range(1, 31):  # 9 true of 30: Wilson 95 % is 16.7 to 47.9 %, below the floor of 60 %
        alarm(number, rule="site-pm10-hour", outcome="true" if number <= 9 else "instrument", state="closed")
    duty = client_of()
    line = next(line for line in duty.get("/alarms/precision/?at=2020-11-23T11:00").context["lines"])
    assert (line.record.id, line.share.true, line.share.judged) == ("site-pm10-hour", 9, 30)
    assert (round(line.share.low, 3), round(line.share.high, 3)) == (0.167, 0.479)
    assert (line.cells[:2], line.to_demote, line.observes) == ([9, 21], True, False)
    duty.post("/alarms/rules/site-pm10-hour/decide/", {"mode": "observe", "reason": "滤带故障多"})
    decision = RuleDecision.objects.get()
    assert (decision.mode, str(decision.by), decision.reason) == ("observe", "王守蓝", "滤带故障多")
    assert Entry.objects.get(verb="alarm-rule.decided").detail["rule"] == "site-pm10-hour"


def test_the_duty_desk_alone_decides_about_rules(client_of: Maker) -> None:
    given = {"mode": "observe", "reason": "x"}
    assert client_of("bureau").post("/alarms/rules/offline/decide/", given).status_code == 403
    assert client_of("duty").post("/alarms/rules/nothing/decide/", given).status_code == 404
    client_of("duty").post("/alarms/rules/offline/decide/", {"mode": "observe", "reason": ""})
    assert not RuleDecision.objects.exists()
