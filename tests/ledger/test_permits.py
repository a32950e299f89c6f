"""Discharge permits: coverage against the catalogue, reports due and late to the day, totals at their limit."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lantian.apps.accounts.models import Person
from lantian.apps.ledger.kinds import kind
from lantian.apps.ledger.models import Credential, PermitReport, Source
from lantian.apps.ledger.services import create_source, credentials, permits
from lantian.apps.ledger.services.credentials import Act, CredentialError
from lantian.apps.ledger.services.sources import Values
from lantian.kernel.errors import Text
from tests.ledger.conftest import AT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("district")]
ACT = Act(None, AT, "")


def firm(name: str, managed: str = "key", owner: str | None = "firm", **attributes: Any) -> Source:
    own = {"name": name, "area_id": "110105001", "owner_id": owner, "state": attributes.pop("state", "working")}
    return create_source(kind("enterprise"), Values(own, {"permit_managed": managed, **attributes}), by=None, at=AT)


def permit(source: Source, first: date = date(2019, 1, 1), **data: Any) -> Credential:
    made = credentials.apply("discharge-permit", source, data, ACT)
    return credentials.issue(made, ACT, valid_from=first)


def test_coverage_counts_what_the_catalogue_manages_and_is_in_force(person: Callable[..., Person]) -> None:
    duty, on = person("duty"), date(2020, 6, 1)
    permit(firm("重点有证"))
    lapsed = permit(firm("简化过期", "simple"))
    Credential.objects.filter(pk=lapsed.pk).update(valid_to=date(2020, 5, 31))
    firm("重点无证")
    firm("登记管理", "registered")
    firm("已退出", state="closed")
    found = permits.coverage(duty, on)
    assert (found.held, found.managed, [one.name for one in found.missing]) == (1, 3, ["简化过期", "重点无证"])
    assert permits.coverage(duty, date(2020, 5, 31)).held == 2
    assert permits.coverage(person("security-admin"), on).share is None


def due_of(made: Credential, on: date) -> dict[tuple[str, date], str]:
    return {(one.frequency.id, one.first): one.standing(on) for one in permits.reports_due(made, on)}


def test_a_quarterly_report_is_due_fifteen_days_after_its_quarter_and_late_the_day_after() -> None:
    made = permit(firm("重点"))
    quarter = ("quarter", date(2019, 1, 1))
    assert due_of(made, date(2019, 3, 31))[quarter] == "coming"
    assert due_of(made, date(2019, 4, 1))[quarter] == "due"
    assert due_of(made, date(2019, 4, 15))[quarter] == "due"
    assert due_of(made, date(2019, 4, 16))[quarter] == "late"
    assert due_of(made, date(2020, 1, 31))[("year", date(2019, 1, 1))] == "due"
    assert due_of(made, date(2020, 2, 1))[("year", date(2019, 1, 1))] == "late"


def test_frequencies_are_the_permits_own_else_those_of_its_class() -> None:
    on = date(2019, 6, 1)
    assert {one.id for one in permits.frequencies_of(permit(firm("重点")), on)} == {"year", "quarter"}
    assert {one.id for one in permits.frequencies_of(permit(firm("简化", "simple")), on)} == {"year"}
    said = permit(firm("写明"), reports="half-year，月度执行报告")
    assert {one.id for one in permits.frequencies_of(said, on)} == {"half-year", "month"}


def test_the_first_period_is_the_first_whole_one() -> None:
    made = permit(firm("年中"), date(2019, 2, 1))
    assert ("quarter", date(2019, 1, 1)) not in due_of(made, date(2019, 12, 31))
    assert ("quarter", date(2019, 4, 1)) in due_of(made, date(2019, 12, 31))


def hand_in(made: Credential, handed_in: date, **emitted: float) -> PermitReport:
    due = next(one for one in permits.reports_due(made, date(2020, 6, 1)) if one.frequency.id == "year")
    return permits.hand_in(made, due, handed_in, emitted, ACT)


def test_a_report_closes_its_period_once_and_not_before_its_end() -> None:
    made = permit(firm("简化", "simple"))
    with pytest.raises(CredentialError, match="2020-12-31"):
        hand_in(made, date(2019, 12, 31))
    kept = permits.reports_due(made, date(2020, 6, 1))[-1]
    permits.hand_in(made, kept, date(2020, 2, 3), {}, ACT)
    again = permits.reports_due(made, date(2020, 6, 1))[-1]
    assert (again.standing(date(2020, 6, 1)), again.days_late) == ("done-late", 3)
    with pytest.raises(CredentialError, match="already"):
        permits.hand_in(made, again, date(2020, 2, 4), {}, ACT)


@pytest.mark.parametrize(("emitted", "over"), [(9.99, False), (10.0, False), (10.01, True)])
def test_totals_are_over_above_what_is_allowed_and_not_at_it(emitted: float, over: bool) -> None:
    made = permit(firm("简化", "simple"), voc_t="10 t")
    due = permits.reports_due(made, date(2020, 6, 1))[-1]
    permits.hand_in(made, due, date(2020, 1, 20), {"voc_t": emitted}, ACT)
    found = {one.name: one for one in permits.totals(made, 2019)}
    assert (found["voc_t"].over, found["voc_t"].allowed, found["so2_t"].allowed) == (over, 10.0, None)


def test_what_was_measured_counts_where_nothing_was_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    made = permit(firm("简化", "simple"), nox_t="5")
    said = permits.Measured(5.5, 100, 200, Text("甲", "A"))
    monkeypatch.setattr(permits, "measured", [lambda sources, year, now: {one: {"nox_t": said} for one in sources}])
    measured = permits.measured_of([made], 2019, AT)[made.source_id]
    found = next(one for one in permits.totals(made, 2019, measured) if one.name == "nox_t")
    assert (found.measured, found.reported, found.over) == (said, None, True)
    assert said.share == 0.5


def test_quarters_add_up_where_there_is_no_yearly_report() -> None:
    made = permit(firm("重点"))
    for due in [one for one in permits.reports_due(made, date(2019, 12, 31)) if one.frequency.id == "quarter"][1:]:
        permits.hand_in(made, due, date(2020, 1, 2), {"so2_t": 1.5}, ACT)
    assert next(one for one in permits.totals(made, 2019) if one.name == "so2_t").reported == 4.5


def test_versions_keep_what_a_permit_said() -> None:
    made = permit(firm("重点"), materials="油墨", voc_t="10")
    made = credentials.amend(made, {"voc_t": "8"}, ACT)
    assert (made.version, made.data) == (2, {"materials": "油墨", "voc_t": "8"})
    assert made.events.last().fields["data"][0]["voc_t"] == "10"  # type: ignore[union-attr]


@pytest.mark.row("S29")
def test_the_page_shows_coverage_and_lateness_and_an_enterprise_hands_in_its_own_report(
    person: Callable[..., Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lantian.apps.ledger.views.permits.today", lambda request: date(2020, 2, 10))
    made = permit(firm("自己的", "simple"), voc_t="10", materials="油墨")
    other = permit(firm("别家的", "simple", owner="office-1"))
    firm("无证的")
    client = Client()
    client.force_login(person("duty"))
    text = client.get(reverse("ledger:permits")).content.decode()
    assert "2 / 3" in text
    assert all(word in text for word in ("66.7", "无证的", made.number, other.number, "逾期"))
    own = Client()
    own.force_login(person("enterprise", "firm"))
    seen = own.get(reverse("ledger:permits")).content.decode()
    assert made.number in seen
    assert other.number not in seen
    report = {
        "permit": made.pk,
        "frequency": "year",
        "first": "2019-01-01",
        "handed_in": "2020-01-02",
        "voc_t": "10.01",
    }
    own.post(reverse("ledger:permit-report"), report)
    kept = PermitReport.objects.get()
    assert (kept.handed_in, kept.emitted) == (
        date(2020, 2, 10),
        {"voc_t": 10.01},
    )  # the day it came, not the day it says
    assert own.post(reverse("ledger:permit-report"), {**report, "permit": other.pk}).status_code == 404
    assert "超量" in client.get(reverse("ledger:permits")).content.decode()
    shown = client.get(reverse("ledger:credential", args=[made.pk])).content.decode()
    assert "油墨" in shown
