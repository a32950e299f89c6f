"""An inspection is stored once and whole, by the checklist of its day, with its photos and the cases it opens."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.audit.models import Entry
from lantian.apps.cases.models import Case
from lantian.apps.inspections.models import Inspection, InspectionPhoto, Plan, PlanEntry, Visit
from lantian.apps.inspections.services import (
    Answer,
    InspectionError,
    ItemProblems,
    NotYourGround,
    PhotosMissing,
    SentDifferently,
    add_photo,
    photo_content,
    record_inspection,
    route_of_day,
)
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.services.attachments import AttachmentError
from tests.inspections.conftest import LATER, START, draft, make_site, photo, picture, send_photos

Inspect = Callable[..., Inspection]


def test_an_inspection_of_which_all_is_well_opens_no_case(inspected: Inspect) -> None:
    made = inspected()
    assert made.result == Inspection.Result.PASSED
    assert [row.item for row in made.items.all()][:2] == ["fencing", "covering"]
    assert not Case.objects.exists()
    assert Entry.objects.filter(verb="inspection.recorded").count() == 1


def test_a_failing_item_opens_a_case_with_its_photos(inspected: Inspect, site: Source) -> None:
    made = inspected({"fencing": "fail"})
    assert made.result == Inspection.Result.FAILED
    case = Case.objects.get()
    assert (case.type, case.source, case.happened_at) == ("dust-violation", site, START)
    assert "围挡" in case.facts
    assert [row.case for row in made.items.filter(answer="fail")] == [case]
    assert {one.detail["item"] for one in case.evidence.all()} == {"fencing"}


def test_a_follow_up_joins_the_case_that_is_open(inspected: Inspect) -> None:
    inspected({"fencing": "fail"})
    inspected({"fencing": "fail"}, origin="follow-up")
    assert Case.objects.count() == 1


def test_the_same_inspection_sent_twice_is_stored_once(site: Source, officer: Person) -> None:
    sent = draft(site)
    send_photos(sent.client_id, "covering", "washing")
    first = record_inspection(sent, by=officer, at=LATER)
    assert record_inspection(sent, by=officer, at=LATER + timedelta(hours=3)) == first
    assert Inspection.objects.count() == 1
    with pytest.raises(SentDifferently):
        record_inspection(replace(sent, note="另写"), by=officer, at=LATER)


def test_photos_that_the_checklist_asks_for_have_to_be_there(site: Source, officer: Person) -> None:
    sent = draft(site, {"fencing": "fail"})
    send_photos(sent.client_id, "covering")
    with pytest.raises(PhotosMissing) as refused:
        record_inspection(sent, by=officer, at=LATER)
    assert refused.value.items == ("fencing", "washing")
    assert not Inspection.objects.exists()


def test_photos_that_were_announced_have_to_be_there(site: Source, officer: Person) -> None:
    sent = draft(site, photos=[uuid4()])
    send_photos(sent.client_id, "covering", "washing")
    with pytest.raises(PhotosMissing, match="1 not received yet"):
        record_inspection(sent, by=officer, at=LATER)


def test_answers_are_checked_all_at_once(site: Source, officer: Person) -> None:
    sent = draft(site, {"fencing": "na", "covering": "", "odd": "ok"})
    with pytest.raises(ItemProblems) as refused:
        record_inspection(sent, by=officer, at=LATER)
    assert set(refused.value.problems) == {"fencing", "covering", "odd"}


@pytest.mark.parametrize(("value", "result"), [("1.2", "passed"), ("1.20001", "failed"), ("0", "passed")])
def test_a_number_fails_only_above_its_limit(value: str, result: str, person: Callable[..., Person]) -> None:
    by = person("bureau", "environment")
    answers = [
        Answer("opacity", value=value), Answer("smoke", value="slight"), Answer("purifier", "ok"),
        Answer("obd", "ok"), Answer("urea", "na"),
    ]  # fmt: skip
    sent = draft(None, place="京密路检查点", checklist="diesel-vehicle", said=answers)
    send_photos(sent.client_id, "opacity", "purifier")
    assert record_inspection(sent, by=by, at=LATER).result == result


@pytest.mark.parametrize("value", ["", "NaN", "1e12", "清"])
def test_what_is_no_number_is_refused(value: str, person: Callable[..., Person]) -> None:
    answers = [Answer("opacity", value=value), Answer("smoke", value="red"), Answer("purifier", "ok")]
    sent = draft(None, place="京密路检查点", checklist="diesel-vehicle", said=answers)
    with pytest.raises(ItemProblems) as refused:
        record_inspection(sent, by=person("bureau", "environment"), at=LATER)
    assert set(refused.value.problems) == {"opacity", "smoke", "obd", "urea"}


def test_a_door_that_stays_shut_is_recorded_with_a_photo(site: Source, officer: Person) -> None:
    sent = draft(site, no_entry=True)
    with pytest.raises(PhotosMissing, match="at least 1"):
        record_inspection(sent, by=officer, at=LATER)
    send_photos(sent.client_id, "")
    assert record_inspection(sent, by=officer, at=LATER).result == Inspection.Result.NO_ENTRY


@pytest.mark.parametrize(
    "given",
    [
        {"source": None},
        {"checklist": "restaurant"},
        {"ended_at": START - timedelta(minutes=1)},
        {"began_at": LATER + timedelta(days=1), "ended_at": LATER + timedelta(days=2)},
        {"origin": "nowhere"},
    ],
)
def test_what_cannot_be_is_refused(given: dict[str, Any], site: Source, officer: Person) -> None:
    with pytest.raises(InspectionError):
        record_inspection(replace(draft(site), **given), by=officer, at=LATER)


def test_a_street_inspects_its_own_ground_only(site: Source, person: Callable[..., Person]) -> None:
    sent = draft(site)
    send_photos(sent.client_id, "covering", "washing")
    with pytest.raises(NotYourGround):
        record_inspection(sent, by=person("street", "office-110105002"), at=LATER)
    made = record_inspection(sent, by=person("street", "office-110105001"), at=LATER)
    assert made.organisation_id == "office-110105001"


def test_an_inspection_far_from_its_entry_is_marked(inspected: Inspect) -> None:
    near = inspected(longitude=116.461, latitude=39.92)
    far = inspected(longitude=116.50, latitude=39.92)
    assert (near.far, far.far) == (False, True)
    assert near.distance_m == pytest.approx(85, abs=1)


def test_a_photo_sent_twice_is_kept_once(site: Source, tmp_path: Any) -> None:
    sent, inspection = photo("fencing"), uuid4()
    first = add_photo(inspection, sent, by=None, at=LATER)
    assert add_photo(inspection, sent, by=None, at=LATER) == first
    assert InspectionPhoto.objects.count() == 1
    assert photo_content(first) == picture()
    with pytest.raises(InspectionError):
        add_photo(uuid4(), sent, by=None, at=LATER)
    (tmp_path / first.path).write_bytes(b"other")
    with pytest.raises(InspectionError, match="hash"):
        photo_content(first)


def test_a_damaged_photo_or_another_file_is_refused(district: None) -> None:
    with pytest.raises(InspectionError, match="damaged"):
        add_photo(uuid4(), photo(sha256="0" * 64), by=None, at=LATER)
    content = b"no picture"
    digest = "7f2b4ad8d84a1a1ac1d3ad3ab93bcbbbab9dc7bfdb5ae6ee3a1d3a8e6e2f5b2a"
    with pytest.raises((AttachmentError, InspectionError)):
        add_photo(uuid4(), photo(content=content, sha256=digest), by=None, at=LATER)


def planned(site: Source, due: date, organisation: str = "urban-enforcement", **given: Any) -> PlanEntry:
    plan = Plan.objects.create(
        slug=f"p-{uuid4().hex[:8]}", sort="list", title="五月检查", checklist="site-six", start=date(2019, 5, 1),
        due=date(2019, 5, 31), organisation=Organisation.objects.get(pk=organisation), created_at=START,
    )  # fmt: skip
    return PlanEntry.objects.create(
        plan=plan, source=site, checklist="site-six", organisation_id=organisation, window_start=date(2019, 5, 1),
        due=due, **given,
    )  # fmt: skip


def test_an_inspection_fulfils_the_entry_of_its_department_that_is_due_first(site: Source, inspected: Inspect) -> None:
    later, sooner = planned(site, date(2019, 5, 20)), planned(site, date(2019, 5, 10))
    other = planned(site, date(2019, 5, 8), "housing")
    assert inspected().entry == sooner
    states = {one.pk: one.state for one in PlanEntry.objects.all()}
    assert states == {later.pk: "open", sooner.pk: "done", other.pk: "open"}


def test_the_route_of_a_day_goes_from_the_west_to_the_nearest(officer: Person, site: Source) -> None:
    east = make_site(2, longitude=116.50, latitude=39.92)
    middle = make_site(3, longitude=116.48, latitude=39.92)
    away = make_site(4, longitude=116.47, latitude=39.92)
    for one in (east, middle, site):
        planned(one, date(2019, 5, 6))
    planned(away, date(2019, 5, 7))
    planned(
        make_site(5), date(2019, 5, 7), visit=Visit.objects.create(source=away, day=date(2019, 5, 9), planned_at=START)
    )
    stops = route_of_day(officer, date(2019, 5, 6))
    assert [stop.source for stop in stops] == [site, middle, east]
    assert [check.overdue for check in stops[0].checks] == [False]
    assert route_of_day(officer, date(2019, 5, 7))[0].checks[0].overdue
