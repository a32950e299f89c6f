"""What counts as a check in a week, as it was known at an instant, and its snapshot."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lantian.apps.assessment import rules
from lantian.apps.assessment.models import Snapshot
from lantian.apps.assessment.models.bulletins import FrozenError
from lantian.apps.assessment.selectors.bulletins import changed_since
from lantian.apps.assessment.selectors.facts import facts_of
from lantian.apps.assessment.services.bulletins import take_snapshot
from lantian.apps.assessment.services.papers import Stamp
from lantian.apps.assessment.services.producers import data_of
from lantian.apps.assessment.services.report_papers import report_paper
from lantian.apps.assessment.snapshots import Facts, SnapshotError, checked, number_of, read, written
from lantian.apps.cases.models import CaseStep
from lantian.apps.inspections.models import Inspection
from tests.assessment.conftest import NOW, TUESDAY, WEEK

Verified = Callable[..., CaseStep]
Inspected = Callable[..., Inspection]
SECOND = timedelta(seconds=1)


def facts(known: Any = NOW) -> Facts:
    """Return the week's facts."""
    return facts_of(rules.bulletin_named("weekly-dust", WEEK), WEEK, known)


def counted(known: Any = NOW) -> list[tuple[str, bool]]:
    """Return street and violation of each check of the week."""
    return [(one.place, one.violation) for one in facts(known).checks]


def test_verifications_and_inspections_count_and_some_are_violations(verified: Verified, inspected: Inspected) -> None:
    verified("110105001", violation=True)
    verified("110105001")
    inspected("110105002", result="failed")
    inspected("110105002")
    assert counted() == [("110105001", True), ("110105001", False), ("110105002", True), ("110105002", False)]


@pytest.mark.parametrize(
    ("moment", "counts"),
    [(WEEK.start - SECOND, False), (WEEK.start, True), (WEEK.end - SECOND, True), (WEEK.end, False)],
)
def test_a_week_runs_from_monday_to_sunday_midnight_in_beijing(
    verified: Verified, inspected: Inspected, moment: Any, counts: bool
) -> None:
    verified("110105001", moment)
    inspected("110105001", moment)
    assert len(counted()) == (2 if counts else 0)


def test_other_steps_other_cases_and_inspections_that_could_not_be_made_do_not_count(
    verified: Verified, inspected: Inspected
) -> None:
    verified("110105001", step="decide", outcome="penalise")
    verified("110105001", type="whistle-call")
    verified("110105001", origin="inspection")  # that check is the inspection itself
    verified("110105001", synthetic=True)
    inspected("110105001", result="no-entry")
    inspected("110105001", checklist="restaurant")
    assert counted() == []


def test_a_demonstration_counts_what_is_made_up_and_says_so(
    verified: Verified, inspected: Inspected, settings: Any
) -> None:
    inspected("110105001", synthetic=True)
    assert (counted(), facts().synthetic) == ([], False)
    settings.DEMO = True
    assert (counted(), facts().synthetic) == ([("110105001", False)], True)
    record = rules.bulletin_named("weekly-dust", WEEK)
    paper = report_paper(record, written(facts()), Stamp(WEEK.last, "朝城管通〔2026〕1号"))
    assert paper.note.endswith("含模拟数据，仅供演示")
    Inspection.objects.update(synthetic=False)
    assert facts().synthetic is False


def test_what_was_recorded_later_is_not_known_before(inspected: Inspected) -> None:
    inspected("110105001", recorded_at=NOW + SECOND)
    inspected("110105001", recorded_at=NOW - SECOND)
    assert len(counted(NOW)) == 1
    assert len(counted(NOW + SECOND)) == 2


def test_checks_of_the_period_and_of_the_one_before_are_asked_for_together(busy_week: None) -> None:
    with CaptureQueriesContext(connection) as asked:
        found = facts()
    assert found.checks
    assert found.before
    assert sum(Inspection._meta.db_table in one["sql"] for one in asked) == 1
    assert all(WEEK.start <= one.at < WEEK.end for one in found.checks)
    assert all(WEEK.previous.start <= one.at < WEEK.start for one in found.before)


def test_a_community_counts_for_its_street(verified: Verified) -> None:
    verified("110105001002")
    assert counted() == [("110105001", False)]


def test_the_streets_are_those_of_the_district_in_their_order(district: None) -> None:
    assert [one.zh for one in facts().places] == ["建外街道", "朝外街道", "呼家楼街道", "三里屯街道"]


def test_a_snapshot_is_read_back_to_the_same_facts_and_figures(busy_week: None) -> None:
    kept = take_snapshot(rules.bulletin_named("weekly-dust", WEEK), WEEK, NOW)
    again = read(data_of(Snapshot.objects.get(pk=kept.pk)))
    assert again.league() == facts().league()
    assert again.league_before() == facts().league_before()
    assert written(again) == kept.data
    # 8 checks with 2 violations, 6 with 3, 2 with 1, 0
    assert [(one.checks, one.violations, one.checks_rank, one.rate_rank) for one in again.league().standings] == [
        (8, 2, 1, 2),
        (6, 3, 2, 1),
        (2, 1, 3, None),
        (0, 0, 4, None),
    ]


def test_the_same_facts_at_the_same_instant_are_one_snapshot_and_later_ones_another(busy_week: None) -> None:
    record = rules.bulletin_named("weekly-dust", WEEK)
    first = take_snapshot(record, WEEK, NOW)
    assert take_snapshot(record, WEEK, NOW).pk == first.pk
    assert take_snapshot(record, WEEK, NOW + SECOND).pk != first.pk


def test_the_number_is_the_sha256_of_the_canonical_text() -> None:
    # printf '{"a":"蓝","b":1}' | sha256sum
    assert number_of({"b": 1, "a": "蓝"}) == "a345682fd8f17940d91b2f8c9ef21b6bce3a5e3f9b764c682afa6a5908e684f0"


def test_a_changed_snapshot_no_longer_has_its_number(busy_week: None) -> None:
    kept = take_snapshot(rules.bulletin_named("weekly-dust", WEEK), WEEK, NOW)
    data = dict(kept.data)
    data["checks"] = data["checks"][1:]
    with pytest.raises(SnapshotError, match="does not have its number"):
        checked(data, kept.pk)
    with pytest.raises(SnapshotError, match="no snapshot"):
        read({**kept.data, "format": 2})


def test_a_snapshot_can_neither_be_changed_nor_deleted(busy_week: None) -> None:
    kept = take_snapshot(rules.bulletin_named("weekly-dust", WEEK), WEEK, NOW)
    for change in (kept.save, kept.delete):
        with pytest.raises(FrozenError):
            change()


def test_a_check_that_comes_late_is_shown_as_was_and_is(busy_week: None, inspected: Inspected) -> None:
    before = facts()
    assert not changed_since(before, NOW + SECOND).any
    inspected("110105003", TUESDAY, result="failed", recorded_at=NOW + timedelta(days=1))
    changed = changed_since(before, NOW + timedelta(days=2))
    [place] = changed.places
    assert place.was is not None
    assert place.now is not None
    assert (place.was.checks, place.was.violations, place.now.checks, place.now.violations) == (2, 1, 3, 2)
    assert [one.place for one in changed.added] == ["110105003"]
    assert changed.removed == []
