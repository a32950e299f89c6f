"""Sand dust: the rule proposes six hours of 600 µg/m³ over a background of 90; a person decides, once, and audited."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lantian.apps.accounts.models import Organisation, Person, Post
from lantian.apps.audit.models import Entry
from lantian.apps.telemetry.models import SandDustDecision
from tests.telemetry.air_sample import fill, storm

pytestmark = pytest.mark.django_db
PAGE = "/air/sand-dust/"
GIVEN = {
    "year": "2020",
    "area": "110105",
    "first": "2020-01-10T09:00",
    "last": "2020-01-10T15:00",
    "factors": ["PM10", "PM2.5"],
    "status": "official",
    "reference": "通报 1",
    "reason": "沙尘过境",
}


@pytest.fixture
def sample(tmp_path: Path, settings: Any) -> None:
    settings.LAKE_URL = str(tmp_path / "lake")
    fill(tmp_path / "lake")
    storm(tmp_path / "lake")


def client(role: str) -> Client:
    person = Person.objects.create_person(role, None, name_zh="甲", name_en="A")
    office, _ = Organisation.objects.get_or_create(code="office", name_zh="区环保局", name_en="Bureau")
    Post.objects.create(person=person, role=role, organisation=office)
    signed_in = Client()
    signed_in.force_login(person)
    return signed_in


@pytest.mark.usefixtures("sample")
def test_the_rule_proposes_the_storm_and_shows_what_it_compared(
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    duty = client("duty")
    with django_assert_max_num_queries(10):
        page = duty.get(PAGE, {"year": "2020"}).context["page"]
    (line,) = page.lines
    evidence = line.candidate.evidence
    assert (line.key, line.until, line.candidate.hours) == ("2020-01-10T09:00", "2020-01-10T15:00", 6)
    assert [str(n) for n in (evidence.pm10, evidence.base, evidence.least)] == ["600", "90", "180"]
    assert [str(n) for n in (evidence.ratio, evidence.base_ratio, evidence.most_ratio)] == ["0.12", "0.78", "0.39"]
    # 70 ÷ 600 = 0.117; 70 ÷ 90 = 0.778, half of it 0.389


@pytest.mark.usefixtures("sample")
def test_a_year_without_a_storm_says_what_was_looked_for() -> None:
    assert "没有 PM10 大于 150" in client("viewer").get(PAGE, {"year": "2019"}).content.decode()


@pytest.mark.usefixtures("sample")
@pytest.mark.row("B16")
def test_a_moment_before_the_storm_proposes_nothing() -> None:
    page = client("viewer").get(PAGE, {"at": "2020-01-10T09:00"}).context["page"]
    assert page.lines == ()


@pytest.mark.usefixtures("sample")
def test_a_recorded_decision_is_kept_with_its_reason_and_audited() -> None:
    answer = client("duty").post(PAGE, GIVEN)
    decision = SandDustDecision.objects.get()
    assert (answer.status_code, decision.status, decision.reason) == (302, "official", "沙尘过境")
    assert decision.first_hour == datetime(2020, 1, 10, 1, tzinfo=UTC)  # 09:00 in Beijing
    assert decision.last_hour == datetime(2020, 1, 10, 6, tzinfo=UTC)  # the hour 14:00–15:00
    entry = Entry.objects.get(verb="sand-dust.official")
    assert (entry.actor_name, entry.detail["reference"], entry.detail["area"]) == ("duty", "通报 1", "110105")


@pytest.mark.usefixtures("sample")
def test_an_official_decision_takes_its_day_out_of_the_evaluation_without_dust() -> None:
    duty = client("duty")
    duty.post(PAGE, GIVEN)
    asked = {"year": "2020", "at": "2020-01-20T00:00", "dust": "without"}
    page = duty.get("/air/evaluation/", asked).context["page"]
    means = {factor: found.validity.valid_days for factor, found in page.period.area.factors.items()}
    assert (means["PM10"], means["PM2.5"], means["SO2"]) == (17, 17, 18)  # 19 days, one without data, one decided


@pytest.mark.usefixtures("sample")
def test_a_decision_on_one_point_leaves_the_other_in() -> None:
    duty = client("duty")
    duty.post(PAGE, GIVEN | {"points": ["nongzhanguan"]})
    asked = {"year": "2020", "at": "2020-01-20T00:00", "dust": "without"}
    page = duty.get("/air/evaluation/", asked).context["page"]
    days = {line.point.pk: line.line.place.factors["PM10"].validity.valid_days for line in page.lines}
    assert days == {"aotizhongxin": 18, "nongzhanguan": 17}


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"reason": ""}, "请写明理由"),
        ({"reference": ""}, "须写明依据文件"),
        ({"last": "2020-01-10T09:00"}, "至少比起始时刻晚一小时"),
        ({"first": "2020-01-10T09:30"}, "须为整点"),
        ({"factors": []}, "至少选一个监测因子"),
        ({"first": "junk"}, "不是时间"),
    ],
)
def test_a_wrong_decision_is_refused_in_a_sentence_and_keeps_what_was_typed(
    change: dict[str, Any], sentence: str
) -> None:
    answer = client("duty").post(PAGE, GIVEN | change)
    assert (answer.status_code, SandDustDecision.objects.count()) == (400, 0)
    assert sentence in answer.content.decode()
    assert answer.context["form"]["reference"].value() == (GIVEN | change)["reference"]


@pytest.mark.usefixtures("sample")
def test_a_viewer_sees_decisions_and_records_none() -> None:
    viewer = client("viewer")
    assert "不能认定" in viewer.get(PAGE).content.decode()
    assert viewer.post(PAGE, GIVEN).status_code == 403


def test_an_empty_lake_offers_the_import(tmp_path: Path, settings: Any) -> None:
    settings.LAKE_URL = str(tmp_path / "empty")
    assert "没有可初判的数据" in client("duty").get(PAGE).content.decode()
