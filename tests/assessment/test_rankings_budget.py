"""What the pages of rankings ask of the record store: each thing once, ten questions at most (design, section 7)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lantian.apps.accounts.models import Organisation
from lantian.apps.assessment.services.results import import_results
from lantian.apps.cases.models import CaseThread
from lantian.apps.ledger.models import Source
from lantian.apps.telemetry.models import Point
from lantian.apps.telemetry.services.sand_dust import SandDust, decide_sand_dust
from lantian.apps.ui import middleware
from lantian.kernel.factors import Factor
from lantian.kernel.instants import beijing_day
from tests.assessment.rankings_sample import KNOWN, sample
from tests.assessment.test_rankings_sources import ROADS
from tests.shared import shared

NOW = datetime(2027, 1, 4, 2, tzinfo=UTC)
Questions = Callable[[int], AbstractContextManager[Any]]


@pytest.fixture
def everything(verified: Callable[..., Any], tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something of all that is ranked, on 4 January 2027, when October, the fourth quarter and 2026 are over."""

    class Clock:
        @staticmethod
        def now(tz: Any) -> datetime:
            return NOW.astimezone(tz)

    monkeypatch.setattr(middleware, "datetime", Clock)
    settings.LAKE_URL = sample(tmp_path / "lake")
    for kind in ("urban", "dust"):
        Point.objects.create(
            id=f"{kind}-a", name_zh="某站", kind=kind, area_code="110105", longitude=116.43, latitude=39.91
        )
    dust = SandDust(
        first_hour=beijing_day(date(2026, 10, 1), 12), last_hour=beijing_day(date(2026, 10, 1), 20),
        factors=[Factor.PM10], area_code="110105", reference="某函", official=True, reason="沙尘",
    )  # fmt: skip
    decide_sand_dust(dust, by=None, at=KNOWN)
    Organisation.objects.create(code="urban-management", name_zh="区城管委", name_en="Urban management", kind="bureau")
    import_results("road-dust", "roads.csv", ROADS.encode(), by=None, at=KNOWN)
    worst = shared("data/tsp_street_ranking_beijing_worst30.csv")
    import_results("city-tsp", worst.name, worst.read_bytes(), by=None, at=KNOWN)
    for number in range(6):
        due_at = beijing_day(date(2026, 10, 10), 10)
        case = verified("110105001", due_at - timedelta(days=2)).case
        holder = ("urban-enforcement", "environment")[number % 2]
        CaseThread.objects.create(
            case=case, number=1, step="verify", holder_id=holder, since=due_at - timedelta(days=1), due_at=due_at,
            ended_at=due_at,
        )  # fmt: skip
    for kind, code, facts in (
        ("bare-land", "LD1", {"area_m2": 1000, "found_on": "2026-09-01", "treated_on": "2026-10-05"}),
        ("cluster", "JJ1", {"score_year": 2026, "score": 80}),
    ):
        Source.objects.create(
            kind=kind, code=code, name=code, state="treated", area_id="110105001", attributes=facts, created_at=KNOWN,
            changed_at=KNOWN,
        )  # fmt: skip


@pytest.mark.parametrize("period", ["2026-10", "2026-Q4", "2026"])
def test_all_rankings_of_a_period_ask_ten_questions_at_most(
    everything: None, client_of: Callable[..., Client], period: str, django_assert_max_num_queries: Questions
) -> None:
    client = client_of("duty")
    with django_assert_max_num_queries(10):
        text = client.get(f"/assessment/rankings/?period={period}").content.decode()
    assert all(name in text for name in ("某队一", "urban-enforcement", "建外街道"))


@pytest.mark.parametrize(
    "name", ["pm25", "coarse", "road-dust-street", "road-dust-body", "in-time-street", "in-time-body", "bare-land"]
)
def test_a_ranking_and_a_place_of_it_ask_ten_questions_at_most(
    everything: None, client_of: Callable[..., Client], name: str, django_assert_max_num_queries: Questions
) -> None:
    client = client_of("duty")
    address = f"/assessment/rankings/{name}/2026-10/"
    with django_assert_max_num_queries(10):
        text = client.get(address).content.decode()
    [place, *_] = [part.split('/"')[0] for part in text.split(f'href="{address}')[1:] if "/" in part.split('"')[0]]
    with django_assert_max_num_queries(10):
        assert client.get(f"{address}{place}/").status_code == 200
