"""The gate (三不进两不出) and the papers before permits and the safety notice: each prohibition alone and together."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.ledger.kinds import kind
from lantian.apps.ledger.models import Credential, GateCheck, Source
from lantian.apps.ledger.services import create_source, credentials, gate
from lantian.apps.ledger.services.credentials import Act, CredentialError
from lantian.apps.ledger.services.gate import Parties
from lantian.apps.ledger.services.sources import Values
from tests.ledger.conftest import AT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("district")]
DAY = date(2019, 6, 1)
ACT = Act(None, AT, "说明")
FIT = {
    "category": "muck",
    "energy": "diesel",
    "plate": "京A12345",
    "positioning": True,
    "monitor": True,
    "sealed": True,
}


def entry(kind_name: str, name: str, **attributes: Any) -> Source:
    own = {"name": name, "area_id": "110105001", "owner_id": "firm" if kind_name != "construction-site" else None}
    return create_source(kind(kind_name), Values(own, attributes), by=None, at=AT)


def give(name: str, holder: Source, first: date = DAY, last: date | None = None) -> Credential:
    return credentials.issue(credentials.apply(name, holder, {}, ACT), ACT, valid_from=first, valid_to=last)


@pytest.fixture
def site() -> Source:
    return entry("construction-site", "金泰里二期", builder="中建一局")


@pytest.fixture
def carrier() -> Source:
    return entry("enterprise", "某运输公司")


@pytest.fixture
def truck() -> Source:
    made = entry("vehicle", "渣土车", **FIT)
    give("carriage-permit", made, last=date(2020, 5, 31))
    return made


@pytest.mark.parametrize(
    ("direction", "seen", "expected"),
    [
        ("in", set(), ()),
        ("in", {"in-conforming"}, ("in-conforming",)),
        ("in", {"in-seal"}, ("in-seal",)),
        ("in", {"out-clean"}, ()),
        ("out", set(), ()),
        ("out", {"out-sealed"}, ("out-sealed",)),
        ("out", {"out-clean"}, ("out-clean",)),
        ("out", {"out-sealed", "out-clean"}, ("out-sealed", "out-clean")),
    ],
)
def test_what_is_seen_stops_a_truck_in_its_direction(
    truck: Source, direction: str, seen: set[str], expected: tuple[str, ...]
) -> None:
    found = gate.judge_gate(direction, truck, seen, DAY)
    assert found.names() == expected
    assert all(reason.citation.zh == "第十四条" for reason in found.reasons)


@pytest.mark.parametrize("name", ["positioning", "monitor"])
def test_a_truck_that_lacks_a_device_does_not_conform(truck: Source, name: str) -> None:
    truck.attributes.pop(name)
    assert gate.judge_gate("in", truck, set(), DAY).names() == ("in-conforming",)


def test_the_permit_holds_to_its_last_day_at_the_gate(truck: Source) -> None:
    assert gate.judge_gate("in", truck, set(), date(2020, 5, 31)).passed
    late = gate.judge_gate("in", truck, set(), date(2020, 6, 1))
    assert late.names() == ("in-permit",)
    assert "已过期（有效期至 2020-05-31）" in late.reasons[0].text.zh


def test_a_truck_that_nobody_knows_does_not_come_in_but_may_leave_clean() -> None:
    assert gate.judge_gate("in", None, set(), DAY).names() == ("in-conforming", "in-permit")
    assert gate.judge_gate("out", None, set(), DAY).passed


@pytest.mark.parametrize("standing", ["suspended", "revoked"])
def test_a_suspended_or_revoked_permit_is_named(truck: Source, standing: str) -> None:
    permit = truck.credentials.get()
    credentials.step(permit, "suspended", ACT)
    if standing == "revoked":
        credentials.revoke(permit, ACT)
    text = gate.judge_gate("in", truck, set(), DAY).reasons[0].text
    assert permit.number in text.zh
    assert standing in text.en


# Papers ------------------------------------------------------------------------------------------------------------


def papers(site: Source, carrier: Source | None, truck: Source | None, on: date = DAY) -> tuple[str, ...]:
    return gate.missing_papers("safety-notice", Parties(site, carrier, [truck] if truck else []), on).names()


def test_the_notice_names_each_paper_that_is_missing(site: Source, carrier: Source, truck: Source) -> None:
    give("carrier-licence", carrier, last=date(2019, 12, 31))
    give("disposal-permit", site, last=date(2020, 3, 31))
    assert papers(site, carrier, truck) == ()
    assert papers(site, None, truck) == ("carrier-licence",)
    assert papers(site, carrier, None) == ("carriage-permit",)
    assert papers(site, carrier, truck, date(2019, 12, 31)) == ()
    assert papers(site, carrier, truck, date(2020, 1, 1)) == ("carrier-licence",)
    assert papers(site, carrier, truck, date(2020, 4, 1)) == ("carrier-licence", "disposal-permit")


def test_one_truck_without_permit_is_enough_and_is_named(site: Source, carrier: Source, truck: Source) -> None:
    give("carrier-licence", carrier)
    give("disposal-permit", site)
    other = entry("vehicle", "无证车", **{**FIT, "plate": "京B00001"})
    found = gate.missing_papers("safety-notice", Parties(site, carrier, [truck, other]), DAY)
    assert found.names() == ("carriage-permit",)
    assert found.reasons[0].text.zh.startswith("无证车")


def test_a_plate_that_no_truck_has_leaves_the_papers_unknown(site: Source, carrier: Source, truck: Source) -> None:
    assert gate.parties_named(site, carrier.code, "京A12345").trucks == [truck]
    assert gate.parties_named(site, carrier.code, "京A12345，京Z99999").trucks == ()


@pytest.mark.parametrize("lacking", ["", "licence", "positioning", "sealed"])
def test_a_carriage_permit_is_withheld_without_licence_or_standard(carrier: Source, lacking: str) -> None:
    if lacking != "licence":
        give("carrier-licence", carrier)
    truck = entry("vehicle", "渣土车", **{name: value for name, value in FIT.items() if name != lacking})
    made = credentials.apply("carriage-permit", truck, {}, ACT)
    if not lacking:
        assert gate.issue_checked(made, ACT, DAY).number == "ZY201900001"
        return
    with pytest.raises(CredentialError, match="Withheld"):
        gate.issue_checked(made, ACT, DAY)
    assert Credential.objects.get(pk=made.pk).state == "applied"


# Through the pages -------------------------------------------------------------------------------------------------


@pytest.fixture
def client_of(person: Callable[..., Person]) -> Callable[..., Client]:
    def make(role: str, organisation: str = "environment") -> Client:
        client = Client()
        client.force_login(person(role, organisation))
        return client

    return make


@pytest.fixture
def on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("gate", "credentials"):
        monkeypatch.setattr(f"lantian.apps.ledger.views.{name}.today", lambda request: DAY)


@pytest.mark.row("S23")
@pytest.mark.usefixtures("on_the_day")
@pytest.mark.parametrize(
    ("direction", "seen", "says"),
    [
        ("in", [], "准许进入"),
        ("in", ["in-seal"], "禁止进入"),
        ("out", [], "准许驶出"),
        ("out", ["out-clean"], "禁止驶出"),
    ],
)
def test_the_gate_page_lets_in_or_turns_away_with_the_article_and_keeps_it(
    client_of: Callable[..., Client], site: Source, truck: Source, direction: str, seen: list[str], says: str
) -> None:
    given = {"direction": direction, "site": site.code, "number": "京A12345", "seen": seen}
    answer = client_of("street", "office-1").post(reverse("ledger:gate"), given)
    text = answer.content.decode()
    assert says in text
    assert not seen or "第十四条" in text
    kept = GateCheck.objects.get()
    assert (kept.vehicle, kept.site, kept.passed, [one["id"] for one in kept.reasons]) == (truck, site, not seen, seen)


def test_a_gate_outside_ones_ground_cannot_be_checked(client_of: Callable[..., Client], site: Source) -> None:
    Source.objects.update(area_id="110105002")
    given = {"direction": "in", "site": site.code, "number": "京A12345"}
    assert client_of("street", "office-1").post(reverse("ledger:gate"), given).status_code == 422
    assert not GateCheck.objects.exists()


@pytest.mark.row("S23")
@pytest.mark.usefixtures("on_the_day")
def test_the_safety_notice_is_issued_when_all_papers_are_there_and_refused_when_one_is_missing(
    client_of: Callable[..., Client], site: Source, carrier: Source, truck: Source
) -> None:
    housing = client_of("bureau", "housing")
    address = reverse("ledger:safety-notice")
    given = {"site": site.code, "carrier": carrier.code, "trucks": "京A12345"}
    give("carrier-licence", carrier)
    shown = housing.get(address, given).content.decode()
    assert "不得发放" in shown
    assert "无建筑垃圾消纳许可证" in shown
    housing.post(address, given)
    assert Credential.objects.get(kind="safety-notice").state == "applied"
    give("disposal-permit", site)
    assert "材料齐全" in housing.get(address, given).content.decode()
    housing.post(address, given)
    issued = Credential.objects.get(kind="safety-notice", state="valid")
    assert issued.number == "AQ201900001"


def test_only_the_housing_bureau_issues_the_notice(client_of: Callable[..., Client], site: Source) -> None:
    other = client_of("bureau", "food-drug")
    assert other.post(reverse("ledger:safety-notice"), {"site": site.code}).status_code == 403


@pytest.mark.row("S23")
@pytest.mark.usefixtures("on_the_day")
def test_a_carriage_permit_lives_its_life_through_the_pages(client_of: Callable[..., Client], carrier: Source) -> None:
    Organisation.objects.filter(pk="urban-management").update(name_zh="区城管委")
    bureau = client_of("bureau", "urban-management")
    truck = entry("vehicle", "渣土车", **FIT)
    made = bureau.post(reverse("ledger:credential-new"), {"kind": "carriage-permit", "source": "京A12345"})
    permit = Credential.objects.get(kind="carriage-permit")
    assert made.headers["Location"] == reverse("ledger:credential", args=[permit.pk])

    def act(what: str, **given: str) -> str:
        page = bureau.post(reverse("ledger:credential-act", args=[permit.pk, what]), given, follow=True)
        permit.refresh_from_db()
        return str(page.content.decode())

    assert "不予核发（第十四条）" in act("issued", valid_from="2019-06-01")
    give("carrier-licence", carrier)
    act("issued", valid_from="2019-06-01")
    assert (permit.number, permit.state, permit.valid_to) == ("ZY201900001", "valid", date(2020, 5, 31))
    assert "事由" in act("suspended")
    act("suspended", reason="遗撒")
    assert not gate.judge_gate("in", truck, set(), DAY).passed
    act("resumed", reason="整改合格")
    act("renewed", valid_from="2020-06-01", reason="延续")
    assert permit.valid_to == date(2021, 5, 31)
    text = act("revoked", reason="多次遗撒")
    assert permit.state == "revoked"
    assert [step in text for step in ("申请", "核发", "暂停", "恢复", "延续", "吊销", "多次遗撒")] == [True] * 7
    assert "不能执行此操作" in act("resumed", reason="再试")
