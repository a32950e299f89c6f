"""A draw is frozen before its number is known, drawn once, and kept clear of conflicts, leave and too many visits."""

import hashlib
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from lantian.apps.accounts.models import Leave, Organisation, Person, Post, Role
from lantian.apps.audit.models import Entry
from lantian.apps.inspections.models import Inspection, PlanEntry, Recusal
from lantian.apps.inspections.services import InspectionError
from lantian.apps.inspections.services.draws import NewDraw, freeze, person_id, publish, run, source_id
from lantian.apps.notices.models import Notice
from tests.inspections.conftest import START, make_site

DAY = date(2019, 5, 6)
DRAWN = START + timedelta(days=3)


@pytest.fixture
def team(person: Callable[..., Person]) -> list[Person]:
    return [person("enforcement", "urban-enforcement", f"inspector-{number}") for number in range(4)]


def asked(**given: Any) -> NewDraw:
    values: dict[str, Any] = {
        "title": "五月工地双随机", "rule": "site-draw", "take": 3, "start": DAY + timedelta(days=3),
        "organisation": Organisation.objects.get(pk="urban-enforcement"), "due": DAY + timedelta(days=30),
        "beacon": "双色球 2019052 期", "beacon_day": DAY + timedelta(days=3),
    }  # fmt: skip
    return NewDraw(**values | given)


def test_a_draw_makes_entries_with_the_inspectors_drawn(team: list[Person]) -> None:
    sites = [make_site(number) for number in range(1, 9)]
    frozen = freeze(asked(), by=None, at=START)
    assert (frozen.record, PlanEntry.objects.count()) == ({}, 0)
    drawn = run(frozen, "03-07-12-21-28-33-09", by=None, at=DRAWN)
    entries = PlanEntry.objects.filter(plan=drawn.plan)
    assert len(entries) == 3
    assert {source_id(entry.source) for entry in entries} == set(drawn.record["drawn"])
    assert set(drawn.record["drawn"]) <= {source_id(site) for site in sites}
    assert all(entry.people.count() == 2 for entry in entries)
    assert [one.verb for one in Entry.objects.order_by("pk")] == ["draw.frozen", "draw.drawn"]
    told = {notice.person_id for notice in Notice.objects.filter(message__template="inspection-assigned")}
    assert told == set(entries.values_list("people", flat=True))


def test_the_seed_binds_secret_number_and_list(team: list[Person]) -> None:
    make_site(1)
    drawn = run(freeze(asked(), by=None, at=START, secret=b"s" * 32), "03-07", by=None, at=DRAWN)
    parts = (b"s" * 32, b"03-07", drawn.list_hash.encode())
    assert drawn.record["seed"] == hashlib.sha256(b"\x1f".join(parts)).hexdigest()
    assert drawn.commitment == hashlib.sha256(b"s" * 32 + b"\x1f" + drawn.list_hash.encode()).hexdigest()


def test_a_draw_is_made_once_and_not_before_its_number(team: list[Person]) -> None:
    make_site(1)
    frozen = freeze(asked(), by=None, at=START)
    with pytest.raises(InspectionError, match="has not come"):
        run(frozen, "03-07", by=None, at=START)
    with pytest.raises(InspectionError, match="as it was published"):
        run(frozen, " ", by=None, at=DRAWN)
    with pytest.raises(InspectionError, match="not drawn yet"):
        publish(frozen, by=None, at=DRAWN)
    run(frozen, "03-07", by=None, at=DRAWN)
    with pytest.raises(InspectionError, match="no second draw"):
        run(frozen, "03-08", by=None, at=DRAWN)
    assert publish(frozen, by=None, at=DRAWN).published_at == DRAWN


def test_a_list_that_was_changed_after_freezing_is_not_drawn_from(team: list[Person]) -> None:
    make_site(1)
    frozen = freeze(asked(), by=None, at=START)
    frozen.file["subjects"].append({"id": "construction-site/GD-99", "band": "other"})
    frozen.save()
    with pytest.raises(InspectionError, match="do not fit the hashes"):
        run(frozen, "03-07", by=None, at=DRAWN)


def test_people_on_leave_and_with_a_conflict_are_not_drawn(team: list[Person]) -> None:
    away, declared, owner, free = team
    site = make_site(1, owner_id="firm")
    Leave.objects.create(person=away, start=DAY, end=DAY + timedelta(days=5))
    Recusal.objects.create(person=declared, source=site, reason="亲属", since=DAY)
    Post.objects.create(person=owner, role=Role.ENTERPRISE, organisation_id="firm")
    drawn = run(freeze(asked(take=1), by=None, at=START), "1", by=None, at=DRAWN)
    assert drawn.left_out["away"] == [person_id(away.pk)]
    assert drawn.barred == {source_id(site): [person_id(declared.pk), person_id(owner.pk)]}
    assert list(PlanEntry.objects.get().people.all()) == [free]


def test_a_source_that_nobody_may_inspect_stops_the_draw(team: list[Person]) -> None:
    site = make_site(1)
    for one in team:
        Recusal.objects.create(person=one, source=site, reason="亲属", since=DAY)
    with pytest.raises(InspectionError, match="All inspectors"):
        run(freeze(asked(take=1), by=None, at=START), "1", by=None, at=DRAWN)


def test_too_few_inspectors_or_nothing_to_draw_from_is_told(person: Callable[..., Person]) -> None:
    with pytest.raises(InspectionError, match="nothing to draw"):
        freeze(asked(), by=None, at=START)
    make_site(1)
    person("enforcement", "urban-enforcement")
    with pytest.raises(InspectionError, match="Inspectors who may be drawn there: 1; needed for each: 2"):
        freeze(asked(), by=None, at=START)


@pytest.mark.parametrize(
    "given",
    [
        {"beacon_day": DAY},
        {"start": DAY + timedelta(days=2)},
        {"due": DAY},
        {"title": " "},
        {"rule": "none"},
    ],
)
def test_a_draw_that_could_be_known_beforehand_is_refused(given: dict[str, Any], team: list[Person]) -> None:
    make_site(1)
    with pytest.raises(InspectionError):
        freeze(asked(**given), by=None, at=START)


def test_the_class_of_risk_is_the_first_that_holds(team: list[Person], inspected: Callable[..., Inspection]) -> None:
    large = {"above_size": True, "stage": "structure"}
    failed, plain, big = make_site(1000, attributes=large), make_site(2), make_site(3, attributes=large)
    make_site(4, state="finished")
    inspected({"fencing": "fail"}, source=failed)
    frozen = freeze(asked(), by=None, at=START)
    bands = {one["id"]: one["band"] for one in frozen.file["subjects"]}
    assert [bands[source_id(one)] for one in (failed, plain, big)] == ["failed", "other", "large"]
    assert "construction-site/GD-4" not in bands


def test_an_entry_that_was_visited_as_often_as_its_cap_allows_is_left_out(
    team: list[Person], inspected: Callable[..., Inspection]
) -> None:
    often, once = make_site(21), make_site(22)
    for days in range(1, 13):
        inspected(source=often, **times(START - timedelta(days=days * 7)))
    inspected(source=once)
    frozen = freeze(asked(), by=None, at=START)
    assert frozen.left_out["capped"] == [source_id(often)]
    assert source_id(once) in {one["id"] for one in frozen.file["subjects"]}


def times(began: datetime) -> dict[str, Any]:
    return {"began_at": began, "ended_at": began + timedelta(minutes=20)}
