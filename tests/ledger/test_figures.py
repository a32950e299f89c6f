"""Shares and duties over a small ledger, counted by hand, at, below and above each limit of the pack."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from lantian.apps.accounts.models import Person
from lantian.apps.ledger import duties
from lantian.apps.ledger.conditions import as_filter, holds
from lantian.apps.ledger.figures import base, figure, figures, numerator
from lantian.apps.ledger.kinds import kind, ledger_figures
from lantian.apps.ledger.models import Credential, Source
from lantian.apps.ledger.search import search
from lantian.apps.ledger.services import create_source
from lantian.apps.ledger.services.sources import Values
from lantian.policy.records_rule import Condition
from tests.ledger.conftest import AT

ON = date(2019, 6, 1)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("district")]


def make(kind_name: str, name: str, state: str | None = None, area: str | None = None, **attributes: object) -> Source:
    own = {"name": name, **({"state": state} if state else {}), **({"area_id": area} if area else {})}
    return create_source(kind(kind_name), Values(own, attributes), by=None, at=AT)  # type: ignore[arg-type]


def test_the_electric_share_of_stock_and_of_new_vehicles_by_category() -> None:
    for number, (category, energy, registered) in enumerate(
        [
            ("bus", "electric", "2019-01-01"),
            ("bus", "electric", "2017-01-01"),
            ("bus", "diesel", "2016-01-01"),
            ("taxi", "petrol", "2018-06-02"),  # 364 days before: new
            ("taxi", "electric", "2018-06-01"),  # 365 days before: no longer
            ("heavy-diesel", "diesel", "2019-01-01"),  # not one of the categories
        ]
    ):
        make("vehicle", f"车{number}", category=category, energy=energy, registered_on=registered)
    stock = figure(ledger_figures()["electric-fleet"], Source.objects.all(), ON)
    assert (stock.whole.numerator, stock.whole.denominator, stock.value) == (3, 5, Decimal("60.0"))
    assert [(part.group, part.numerator, part.denominator) for part in stock.groups] == [("bus", 2, 3), ("taxi", 1, 2)]
    new = figure(ledger_figures()["electric-new"], Source.objects.all(), ON)
    assert (new.whole.numerator, new.whole.denominator) == (1, 2)


def test_figures_of_several_ledgers_are_computed_in_one_question_each_with_its_own_groups(
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    make("vehicle", "车一", category="bus", energy="electric", registered_on="2019-01-01")
    make("vehicle", "车二", category="taxi", energy="petrol", registered_on="2019-01-01")
    make("road-section", "甲路", length_km=9.2, urban=True, new_process=True, covered=True)
    make("road-section", "乙路", length_km=0.8, urban=True, new_process=False, covered=True)
    records = [ledger_figures()[name] for name in ("road-process", "electric-fleet", "cleaning-process")]
    with django_assert_num_queries(1):
        roads, fleet, work = figures(records, Source.objects.all(), ON)
    assert (roads.whole.numerator, roads.whole.denominator, roads.groups) == (9.2, 10.0, ())
    assert [(part.group, part.numerator, part.denominator) for part in fleet.groups] == [("bus", 1, 1), ("taxi", 0, 1)]
    assert (work.whole.denominator, work.value) == (0, None)
    with django_assert_num_queries(0):
        assert figures([], Source.objects.all(), ON) == []


@pytest.mark.parametrize(
    ("done_km", "value", "standing"),
    [(9.1, "91.0", "open"), (9.2, "92.0", "reached"), (9.3, "93.0", "reached")],
)
def test_the_process_rate_is_a_share_of_length_held_against_92_percent(
    done_km: float, value: str, standing: str
) -> None:
    make("road-section", "甲路", length_km=done_km, urban=True, new_process=True, covered=True)
    make("road-section", "乙路", length_km=10.0 - done_km, urban=True, new_process=False, covered=True)
    make("road-section", "村路", length_km=50.0, urban=False, new_process=False, covered=False)
    found = figure(ledger_figures()["road-process"], Source.objects.all(), ON)
    assert (str(found.value), found.target, found.standing) == (value, Decimal(92), standing)
    late = figure(ledger_figures()["road-process"], Source.objects.all(), date(2021, 1, 1))
    assert late.standing == ("reached" if standing == "reached" else "late")


def test_the_treated_share_of_bare_land_is_by_area_and_opens_its_lists() -> None:
    make("bare-land", "一", state="treated", area_m2=300.0)
    make("bare-land", "二", state="untreated", area_m2=700.0)
    make("bare-land", "三", state="used", area_m2=9000.0)  # built on: bare no more
    record = ledger_figures()["bare-land-treated"]
    found = figure(record, Source.objects.all(), ON)
    assert (found.whole.numerator, found.whole.denominator, found.value) == (300, 1000, Decimal("30.0"))
    assert {one.name for one in base(record, Source.objects.all(), ON)} == {"一", "二"}
    assert [one.name for one in numerator(record, Source.objects.all(), ON)] == ["一"]


def test_the_rail_share_is_rail_tonnes_of_all_tonnes() -> None:
    make("logistics-park", "一", freight_t=1000.0, rail_t=250.0)
    make("logistics-park", "二", freight_t=3000.0, rail_t=0.0)
    assert figure(ledger_figures()["rail-share-logistics"], Source.objects.all(), ON).value == Decimal("6.2")


def test_exits_count_those_verified_of_those_planned_and_the_voc_removed() -> None:
    make("enterprise", "甲", state="closed", exit_listed=2019, voc_t=12.5)
    make("enterprise", "乙", state="leaving", exit_listed=2019, voc_t=3.0)
    make("enterprise", "丙", voc_t=100.0)
    assert figure(ledger_figures()["industry-exits"], Source.objects.all(), ON).value == Decimal("50.0")
    assert figure(ledger_figures()["exit-voc"], Source.objects.all(), ON).value == Decimal("12.5")


def test_booths_are_done_when_improved_given_up_or_closed_by_class() -> None:
    make("repair-shop", "一", **{"class": "1"}, sprays=True, booth_done=True)
    make("repair-shop", "二", **{"class": "1"}, sprays=True)
    make("repair-shop", "三", **{"class": "2"}, sprays=True, spray_left=True)
    make("repair-shop", "四", **{"class": "3"}, sprays=False)
    found = figure(ledger_figures()["booths-done"], Source.objects.all(), ON)
    assert [(part.group, part.percent) for part in found.groups] == [("1", Decimal("50.0")), ("2", Decimal("100.0"))]


def test_a_figure_without_entries_has_no_value() -> None:
    found = figure(ledger_figures()["booths-done"], Source.objects.all(), ON)
    assert (found.value, found.groups, found.standing) == (None, (), "none")


@pytest.mark.parametrize(("height", "must"), [(44.9, False), (45.0, False), (45.1, True)])
def test_a_stack_above_45_metres_must_have_a_monitor(height: float, must: bool) -> None:
    made = make("enterprise", "热电", stack_height_m=height)
    named = {duty.id for duty, _ in duties.of_source(made, kind("enterprise"), ON)}
    assert ("high-stack-monitor" in named) is must


@pytest.mark.parametrize(("tonnes", "must"), [(24.999, False), (25.0, False), (25.001, True)])
def test_more_than_25_tonnes_of_voc_need_an_audit(tonnes: float, must: bool) -> None:
    made = make("enterprise", "印刷", voc_t=tonnes)
    standing = {duty.id: status for duty, status in duties.of_source(made, kind("enterprise"), date(2021, 1, 1))}
    assert standing.get("audit") == ("late" if must else None)


def test_the_list_of_sites_above_size_without_a_device_names_them_and_is_late_after_its_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with_one, without = make("construction-site", "甲", "working", above_size=True), None
    without = make("construction-site", "乙", "working", above_size=True)
    make("construction-site", "丙", "working", above_size=False)
    make("construction-site", "丁", "finished", above_size=True)
    monkeypatch.setitem(duties.have, "device", lambda duty, on: {with_one.pk})
    duty = next(one for one in kind("construction-site").duties if one.id == "dust-monitor")
    found = duties.count(kind("construction-site"), duty, Source.objects.all(), date(2019, 12, 31))
    assert (found.due, found.has, found.missing, found.late) == (2, 1, 1, False)
    assert duties.count(kind("construction-site"), duty, Source.objects.all(), date(2020, 1, 1)).late
    assert [one.pk for one in duties.missing(kind("construction-site"), duty, Source.objects.all(), ON)] == [without.pk]


def test_a_duty_asked_only_from_a_day_on_lies_on_nobody_before() -> None:
    make("cluster", "某聚集区", last_share=True)
    duty = kind("cluster").duties[0]
    before = duties.count(kind("cluster"), duty, Source.objects.all(), date(2018, 12, 31))
    after = duties.count(kind("cluster"), duty, Source.objects.all(), date(2019, 1, 1))
    assert (before.due, after.due, after.has) == (0, 1, 0)


def test_a_valid_credential_fulfils_a_duty_and_an_expired_one_does_not() -> None:
    truck = make("vehicle", "京A12345", category="muck", positioning=True)
    permit = Credential.objects.create(
        kind="carriage-permit",
        number="ZY1",
        token="t",
        source=truck,
        state="valid",
        valid_from=date(2019, 1, 1),
        valid_to=date(2019, 12, 31),
        created_at=AT,
    )
    duty = next(one for one in kind("vehicle").duties if one.id == "muck-permit")
    days = (date(2018, 12, 31), date(2019, 1, 1), date(2019, 12, 31), date(2020, 1, 1))
    assert [duties.count(kind("vehicle"), duty, Source.objects.all(), day).has for day in days] == [0, 1, 1, 0]
    permit.state = "suspended"
    permit.save()
    assert duties.count(kind("vehicle"), duty, Source.objects.all(), ON).has == 0


CONDITIONS = [
    Condition(fact="area_m2", op=">", value=500),
    Condition(fact="stage", op="!=", value="earthwork"),
    Condition(fact="stage", op="not in", value=("earthwork", "structure")),
    Condition(any_=(Condition(fact="fencing", op="=", value=True), Condition(fact="cycle_start", op="<", value=ON))),
    Condition(not_=Condition(fact="fencing", op="=", value=True)),
    Condition(
        count=(
            Condition(fact="fencing", op="=", value=True),
            Condition(fact="covering", op="=", value=True),
            Condition(fact="washing", op="=", value=True),
        ),
        at_least=2,
    ),
]


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda one: one.form)
def test_the_database_and_the_rule_engine_agree_on_entries_that_state_everything(condition: Condition) -> None:
    site = kind("construction-site")
    for number in range(16):
        make(
            "construction-site",
            f"工地{number}",
            area_m2=float(100 * number),
            stage=("earthwork", "structure", "finishing")[number % 3],
            fencing=bool(number & 1),
            covering=bool(number & 2),
            washing=bool(number & 4),
            cycle_start=f"2019-0{5 + number % 3}-15",
        )
    by_database = set(Source.objects.filter(as_filter(condition)).values_list("name", flat=True))
    by_engine = {one.name for one in Source.objects.all() if holds(condition, one, site, ON).holds}
    assert by_database == by_engine


def test_the_search_finds_chinese_substrings_plates_and_numbers_and_only_what_one_may_see(
    person: Callable[..., Person],
) -> None:
    make("construction-site", "金泰里二期", area="110105001")
    make("construction-site", "小红门棚改", area="110105002")
    truck = make("vehicle", "渣土车一", plate="京A12345", area="110105002")
    Credential.objects.create(kind="carriage-permit", number="ZY201900001", token="t", source=truck, created_at=AT)
    duty, street = person("duty"), person("street", "office-1")
    assert [one.name for one in search(duty, "红门").sources] == ["小红门棚改"]
    assert [one.name for one in search(duty, "a１２３").sources] == ["渣土车一"]
    assert [one.number for one in search(duty, "zy2019").credentials] == ["ZY201900001"]
    assert search(street, "红门").sources == []
    assert search(street, "zy2019").credentials == []
    assert search(duty, "  ").sources == []
