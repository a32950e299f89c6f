"""Plans and routine checks are merged into visits; how often somebody came is counted; what is found is compared."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from lantian.apps.accounts.models import Area, Organisation, Person
from lantian.apps.inspections import rules
from lantian.apps.inspections.models import Inspection, Plan, PlanEntry, Visit
from lantian.apps.inspections.selectors.board import due_line, view_label
from lantian.apps.inspections.selectors.burden import meters
from lantian.apps.inspections.selectors.made import CheckMade, checks_made, coverage, found_rates
from lantian.apps.inspections.services import InspectionError
from lantian.apps.inspections.services.handing import CHECKS
from lantian.apps.inspections.services.plans import NewCampaign, NewPlan, assign, drop, make_plan, start_campaign
from lantian.apps.inspections.services.visits import keep, propose
from lantian.apps.ledger.models import Source
from lantian.apps.notices.models import Notice
from tests.inspections.conftest import START, make_site

DAY = date(2019, 5, 6)
Inspect = Callable[..., Inspection]


def at(began: datetime) -> dict[str, Any]:
    return {"began_at": began, "ended_at": began + timedelta(minutes=20)}


def of(name: str) -> Organisation:
    return Organisation.objects.get(pk=name)


def test_routine_checks_of_three_departments_become_one_visit(district: None) -> None:
    site = make_site(
        1, created_at=START - timedelta(days=200),
        attributes={"stage": "earthwork", "builder": "某公司", "cycle_start": "2018-10-01"},
    )  # fmt: skip
    plan = propose(Source.objects.all(), DAY)
    assert [(visit.source, visit.day, visit.departments) for visit in plan.visits] == [(site, DAY, 3)]
    assert (plan.checks, plan.saved) == (3, 2)


def test_a_new_site_is_due_when_its_interval_is_over_and_may_be_seen_before(district: None) -> None:
    make_site(1)  # enforcement: due after 90 days, 45 early; trade: due after 60 days, 30 early
    assert propose(Source.objects.all(), DAY, horizon=59).visits == ()
    visits = propose(Source.objects.all(), DAY, horizon=60).visits
    assert [(visit.day, visit.departments) for visit in visits] == [(date(2019, 7, 5), 2)]


def test_a_plan_and_a_routine_check_by_the_same_list_are_one_check(district: None) -> None:
    site = make_site(1, created_at=START - timedelta(days=200))
    make_plan(NewPlan("抽查", "site-six", of("environment"), DAY, DAY + timedelta(days=20)), [site], by=None, at=START)
    plan = propose(Source.objects.all(), DAY)
    asked = {(check.checklist, check.organisation) for visit in plan.visits for check in visit.checks}
    assert asked == {("site-six", "environment"), ("site-gate", "housing")}


def test_visits_that_are_kept_are_not_proposed_again(district: None, officer: Person) -> None:
    make_site(1, created_at=START - timedelta(days=200))
    kept = keep(propose(Source.objects.all(), DAY).visits, by=officer, at=START)
    assert [visit.entries.count() for visit in kept] == [2]
    assert propose(Source.objects.all(), DAY).visits == ()
    assert {plan.sort for plan in Plan.objects.all()} == {"routine"}
    assert Visit.objects.count() == 1


def test_bare_land_is_patrolled_by_the_office_of_its_street(district: None) -> None:
    make_site(1, street=2, kind="bare-land", state="untreated", created_at=START - timedelta(days=60))
    visits = propose(Source.objects.all(), DAY).visits
    assert [check.organisation for visit in visits for check in visit.checks] == ["office-110105002"]


def test_a_source_at_its_cap_waits_unless_a_plan_names_it(district: None, inspected: Inspect) -> None:
    site = make_site(51, created_at=START - timedelta(days=400))
    for days in range(1, 13):
        inspected(source=site, **at(START - timedelta(days=days * 7)))
    plan = propose(Source.objects.all(), DAY, horizon=60)
    assert list(plan.capped) == [site]
    assert site not in {visit.source for visit in plan.visits}
    assert meters([site], DAY)[0].full


def test_the_meter_counts_days_and_not_what_an_alarm_brought_about(
    site: Source, inspected: Inspect, person: Callable[..., Person]
) -> None:
    inspected(source=site, **at(START - timedelta(days=2)))
    inspected(source=site, **at(START - timedelta(days=2) + timedelta(minutes=30)))
    inspected(source=site, **at(START - timedelta(days=1)), origin="alarm")
    inspected(source=site, **at(START - timedelta(days=400)))
    meter = meters([site], DAY)[0]
    assert (meter.burden.visits, meter.burden.checks, meter.burden.saved, meter.burden.left) == (1, 2, 1, 11)
    assert meter.by_department == {"urban-enforcement": 1}


def test_which_checks_are_a_burden_and_when_one_is_yellow_is_the_packs_to_say(
    site: Source, inspected: Inspect, monkeypatch: pytest.MonkeyPatch
) -> None:
    inspected(source=site, **at(START - timedelta(days=2)))
    inspected(source=site, **at(START - timedelta(days=1)), origin="alarm")
    changed = rules.settings_on(DAY).model_copy(update={"counted_origins": ("alarm",), "soon_days": 1})
    due = PlanEntry(source=site, checklist="site-six", window_start=DAY, due=DAY + timedelta(days=7))
    assert (due_line(due, DAY).lamp, view_label("soon", 7).en) == ("y", "Due in 7 days")
    monkeypatch.setattr(rules, "settings_on", lambda day: changed)
    assert due_line(due, DAY).lamp == "g"
    assert due_line(due, due.due - timedelta(days=1)).lamp == "y"
    assert meters([site], DAY)[0].burden.checks == 1


def test_a_campaign_takes_the_entries_of_its_sector_and_streets(district: None, officer: Person) -> None:
    wanted = make_site(1, kind="enterprise", attributes={"sector": "printing"})
    make_site(2, kind="enterprise", attributes={"sector": "furniture"})
    make_site(3, street=2, kind="enterprise", attributes={"sector": "printing"})
    new = NewCampaign(
        "印刷行业专项", "voc-trade", "enterprise", of("environment"), DAY, DAY + timedelta(days=30),
        areas=["110105001"], sector="printing",
    )  # fmt: skip
    campaign = start_campaign(new, by=officer, at=START)
    assert [entry.source for entry in PlanEntry.objects.filter(plan__campaign=campaign)] == [wanted]
    assert campaign.article == 17


@pytest.mark.parametrize(
    ("given", "sites"),
    [({"title": " "}, 1), ({"due": DAY - timedelta(days=1)}, 1), ({}, 0), ({"checklist": "restaurant"}, 1)],
)
def test_a_plan_that_cannot_be_made_is_refused(given: dict[str, Any], sites: int, district: None) -> None:
    values: dict[str, Any] = {
        "title": "抽查", "checklist": "site-six", "organisation": of("housing"), "start": DAY, "due": DAY
    }  # fmt: skip
    with pytest.raises(InspectionError):
        make_plan(NewPlan(**values | given), [make_site(n) for n in range(sites)], by=None, at=START)


def test_an_entry_is_assigned_and_dropped_with_a_reason(site: Source, officer: Person) -> None:
    plan = make_plan(NewPlan("抽查", "site-six", of("housing"), DAY, DAY), [site], by=None, at=START)
    entry = plan.entries.get()
    assign(entry, [officer], by=officer, at=START)
    assign(entry, [officer], by=officer, at=START)
    assert list(entry.people.all()) == [officer]
    assert [one.message.title_en for one in Notice.objects.filter(person=officer)] == ["To inspect: 抽查"]
    with pytest.raises(InspectionError):
        drop(entry, reason=" ", by=officer, at=START)
    drop(entry, reason="工地已竣工", by=officer, at=START)
    assert PlanEntry.objects.get().state == "dropped"
    Plan.objects.update(sort="draw")
    with pytest.raises(InspectionError, match="not exchanged"):
        assign(PlanEntry.objects.get(), [], by=officer, at=START)


def test_the_week_reads_what_was_made_in_it(site: Source, inspected: Inspect) -> None:
    first, second = inspected(), inspected({"fencing": "fail"}, **at(START + timedelta(hours=1)))
    inspected(**at(START + timedelta(days=7)))
    assert checks_made(START, START + timedelta(days=7)) == [
        CheckMade("110105001", first.pk, False),
        CheckMade("110105001", second.pk, True),
    ]


def test_found_rates_hold_the_street_against_its_draws_or_the_districts(inspected: Inspect, district: None) -> None:
    here, there = make_site(31), make_site(32, street=2)
    for number in range(6):
        inspected(source=here, **at(START + timedelta(minutes=number)))
        inspected({"fencing": "fail"}, source=there, origin="draw", **at(START + timedelta(minutes=number)))
    lines = {line.area.code if line.area else "": line for line in found_rates(DAY, DAY)}
    assert lines["110105001"].pooled
    assert (lines["110105001"].compared.found.of, lines["110105001"].compared.drawn.failed) == (6, 6)
    assert lines["110105001"].compared.match == "fewer"
    assert (lines["110105002"].pooled, lines["110105002"].compared.match) == (False, "too-few")
    assert lines[""].compared.match == "fewer"


def test_coverage_counts_each_site_and_community_once(inspected: Inspect, district: None) -> None:
    community = Area.objects.create(code="110105001001", name_zh="某社区", kind="community", parent_id="110105001")
    seen = make_site(41, area_id=community.code)
    inspected(source=seen)
    inspected(source=seen, **at(START + timedelta(minutes=30)))
    first, second = coverage(["construction-site"], DAY, DAY)
    assert (first.sites, first.visited, first.communities, first.communities_visited, first.checks) == (2, 1, 1, 1, 2)
    assert (first.share, second.share) == (0.5, None)


def test_checks_that_name_somebody_pass_on_with_the_post(
    site: Source, officer: Person, person: Callable[..., Person]
) -> None:
    successor = person("enforcement", "urban-enforcement", "successor")
    entry = make_plan(
        NewPlan("抽查", "site-six", of("urban-enforcement"), DAY, DAY), [site], by=None, at=START
    ).entries.get()
    assign(entry, [officer], by=officer, at=START)
    old, new = officer.posts.get(), successor.posts.get()
    assert [one.label.en for one in CHECKS.items(old)] == [
        "第1号工地 · Construction site: six hundred-per-cent items · due 2019-05-06"
    ]
    assert CHECKS.give is not None
    CHECKS.give(old, new, officer, START)
    assert (list(entry.people.all()), CHECKS.items(old)) == ([successor], [])
