"""A demonstration has months of cases that ran by the pack's tables and clocks, and leave the worker nothing to do."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import F, Max, Min

from lantian.apps.accounts.models import Organisation
from lantian.apps.audit.models import Entry
from lantian.apps.cases.models import Case, CaseCounter, CaseStep, CaseThread, Evidence
from lantian.apps.cases.rules import rules, type_of
from lantian.apps.cases.services import content_of, escalate, recount
from lantian.apps.cases.services.demo import forget_synthetic
from lantian.apps.cases.services.demo_history import fill_history
from lantian.apps.cases.services.state import thread_of
from lantian.apps.ledger.models import Source
from lantian.kernel.instants import BEIJING
from lantian.policy.records_case import CaseTypeRecord
from tests.cases.conftest import START

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 7, tzinfo=UTC)


def site(area: str, number: int = 1) -> None:
    """Store a made-up site."""
    Source.objects.create(
        kind="construction-site", code=f"GD-{number}", name=f"{number}号工地（模拟）", state="working", area_id=area,
        attributes={}, created_at=START, changed_at=START, synthetic=True,
    )  # fmt: skip


@pytest.fixture
def filled(district: None) -> int:
    for number in range(1, 7):
        site(f"11010500{1 + number % 2}", number)
    Organisation.objects.filter(code__startswith="office-").update(kind="street_office")
    return fill_history(at=NOW)


def test_the_history_is_full_made_once_and_goes_when_real_data_come(filled: int) -> None:
    assert filled == Case.objects.count() > 40
    assert fill_history(at=NOW) == 0
    assert not Case.objects.filter(synthetic=False).exists()
    assert {one.type for one in Case.objects.all()} == {"trade-lead", "whistle-call", "rectification-order"}
    assert Case.objects.filter(parent__isnull=False, origin="case", parent__type="trade-lead").exists()
    ended = CaseThread.objects.filter(ended_at__isnull=False)
    late = ended.filter(ended_at__gt=F("due_at")).count()
    assert 0 < late < ended.count() / 3
    assert Entry.objects.get(verb="case.demo-filled").hash in set(CaseStep.objects.values_list("hash", flat=True))
    forget_synthetic([], [])
    assert (Case.objects.count(), CaseStep.objects.count(), Evidence.objects.count()) == (0, 0, 0)


def test_numbers_follow_each_other_and_nothing_lies_ahead(filled: int) -> None:
    serials: dict[tuple[str, int], list[int]] = defaultdict(list)
    for kind, year, serial in Case.objects.order_by("opened_at", "serial").values_list("type", "year", "serial"):
        serials[kind, year].append(serial)
    for (kind, year), found in serials.items():
        assert found == list(range(1, len(found) + 1))
        assert CaseCounter.objects.get(type=kind, year=year).last == len(found)
    assert CaseStep.objects.aggregate(last=Max("at"))["last"] < NOW
    taken = {one.at.astimezone(BEIJING).hour for one in CaseStep.objects.filter(kind="taken")}
    assert len([hour for hour in taken if not 7 < hour < 20]) <= 2  # a step of 24 hours may end before the morning
    assert CaseStep.objects.aggregate(first=Min("at"))["first"] > NOW - timedelta(days=215)


def test_cases_stand_as_the_pack_has_it_and_the_worker_finds_nothing_left(filled: int) -> None:
    for case in Case.objects.prefetch_related("threads", "history"):
        kind = type_of(case)
        engine = rules().engine(kind)
        open_threads = [one for one in case.threads.all() if one.ended_at is None]
        assert (case.closed_at is None) == bool(open_threads)
        for row in case.threads.all():
            assert row.due_at == engine.due(thread_of(row, engine), NOW)
            assert row.before == 0 or row.since >= case.opened_at
        _steps_follow_the_table(case, kind)
    assert escalate(NOW) == {}
    assert recount(NOW) == 0


def _steps_follow_the_table(case: Case, kind: CaseTypeRecord) -> None:
    taken = [one for one in case.history.all() if one.kind == "taken"]
    assert {(one.thread, one.step, one.outcome, one.at) for one in taken} == {
        (one.number, one.step, one.outcome, one.ended_at) for one in case.threads.all() if one.ended_at
    }
    for one in taken:
        chosen = kind.outcome(one.step, one.outcome)
        proof = list(Evidence.objects.filter(pk__in=one.detail["evidence"], case=case, thread=one.thread))
        assert {str(found.kind) for found in proof} >= set(chosen.needs)
        assert one.by is not None
        assert one.by.demo
        assert not chosen.penalty
    assert case.children.count() == sum(len(kind.outcome(one.step, one.outcome).opens) for one in taken)


def test_it_is_the_same_where_the_store_does_not_say_which_keys_it_gave(
    district: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(connection.features), "can_return_rows_from_bulk_insert", False)
    site("110105001")
    assert fill_history(at=NOW) == Case.objects.count() > 20
    photo = Evidence.objects.select_related("case").latest("pk")
    step = CaseStep.objects.get(case=photo.case, kind="taken", thread=photo.thread)
    assert step.detail["evidence"] == [photo.pk]
    assert Case.objects.filter(parent__isnull=False).exists()


def test_its_photos_are_kept_under_their_hash(filled: int) -> None:
    photo = Evidence.objects.first()
    assert photo is not None
    assert content_of(photo).startswith(b"\xff\xd8")
