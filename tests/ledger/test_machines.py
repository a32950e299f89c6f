"""Non-road machines: filed, reviewed, labelled, and judged on site at, just below and above each limit and date."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lantian.apps.accounts.models import Person
from lantian.apps.ledger.kinds import kind
from lantian.apps.ledger.models import Credential, MachineCheck, Source
from lantian.apps.ledger.services import SourceProblems, create_source, machines
from lantian.apps.ledger.services.credentials import Act
from lantian.apps.ledger.services.machines import Smoke, Spot
from lantian.apps.ledger.services.sources import Values
from lantian.apps.ledger.values import WrongValue, read
from lantian.policy.records_credential import MachineZone
from tests.ledger.conftest import AT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("district")]
CODE = "CNFJG300CAT1C7ABC1000123"
MACHINE: dict[str, Any] = {
    "type": "excavator", "maker": "某厂", "model": "PC200", "serial": "S1", "power_kw": 110.0, "energy": "diesel",
    "stage": "3", "industry": "housing", "environment_code": CODE,
}  # fmt: skip
IN_ZONE, OUTSIDE = Spot("110105001"), Spot("110105043")
LAST, FIRST = date(2019, 12, 31), date(2020, 1, 1)


def act(by: Any = None) -> Act:
    return Act(by, AT, "说明")


def filed(**changes: Any) -> Source:
    own = {"name": "挖掘机 PC200", "area_id": "110105001", "owner_id": "firm"}
    return machines.file_machine(own, {**MACHINE, **changes}, act())


def labelled(**changes: Any) -> Source:
    made = filed(**changes)
    machines.approve(made, act(), date(2019, 6, 1))
    return Source.objects.get(pk=made.pk)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        (CODE, True),
        (CODE[:-1], False),
        (CODE + "1", False),
        ("CNFJG3" + "00" + "A" * 16, True),
        ("CNFJG301" + "A" * 16, False),
    ],
)
def test_the_environmental_code_has_twenty_four_characters_in_their_places(text: str, fits: bool) -> None:
    attribute = kind("machine").attribute("environment_code")
    assert attribute
    if fits:
        assert read(attribute, text) == text
    else:
        with pytest.raises(WrongValue):
            read(attribute, text)


def test_a_code_belongs_to_one_machine_and_names_its_stage() -> None:
    filed()
    with pytest.raises(SourceProblems, match="was filed as FD000001"):
        filed()
    with pytest.raises(SourceProblems, match="stage filed is 2"):
        filed(environment_code=CODE[:-1] + "9", stage="2")


def test_approval_issues_a_label_whose_number_begins_with_the_stage() -> None:
    machine = labelled()
    label = machine.credentials.get()
    assert (machine.state, label.state, label.number) == ("working", "valid", "3110105000001")


@pytest.mark.parametrize(("day", "expected"), [(LAST, ()), (FIRST, ("not-filed", "no-label"))])
def test_filing_and_label_are_asked_from_the_first_of_january_2020(day: date, expected: tuple[str, ...]) -> None:
    assert machines.judge(filed(), OUTSIDE, day).names() == expected


def test_an_unknown_machine_passes_until_the_day_and_not_from_it_on() -> None:
    assert machines.judge(None, OUTSIDE, LAST).passed
    assert machines.judge(None, OUTSIDE, FIRST).names() == ("not-filed",)


def test_a_revoked_label_is_no_label() -> None:
    machine = labelled()
    label = machine.credentials.get()
    label.state = Credential.State.REVOKED
    label.save()
    found = machines.judge(machine, OUTSIDE, FIRST)
    assert found.names() == ("no-label",)
    assert label.number in found.reasons[0].text.zh


@pytest.mark.parametrize(
    ("stage", "spot", "day", "banned"),
    [
        ("1", IN_ZONE, date(2019, 6, 30), False),  # the zone holds from 2019-07-01
        ("1", IN_ZONE, date(2019, 7, 1), True),
        ("2", IN_ZONE, date(2019, 7, 1), False),
        ("1", OUTSIDE, date(2019, 7, 1), False),
        ("1", Spot(None), date(2019, 7, 1), False),
    ],
)
def test_old_stages_are_banned_in_the_zone_from_its_day(stage: str, spot: Spot, day: date, banned: bool) -> None:
    machine = labelled(stage=stage, environment_code=None)
    assert ("zone" in machines.judge(machine, spot, day).names()) is banned


@pytest.mark.parametrize(
    ("stage", "power", "k", "passes"),
    [  # GB 36886-2018: class I 3.00, 2.00, 1.61 and class II 2.00, 1.00, 0.80 below 19, below 37 and from 37 kW on
        ("2", 18.9, 3.00, True), ("2", 18.9, 3.01, False), ("2", 19.0, 2.00, True), ("2", 19.0, 2.01, False),
        ("2", 36.9, 2.00, True), ("2", 37.0, 1.61, True), ("2", 37.0, 1.62, False),
        ("3", 18.9, 2.00, True), ("3", 18.9, 2.01, False), ("3", 36.9, 1.00, True), ("3", 36.9, 1.01, False),
        ("3", 37.0, 0.80, True), ("3", 37.0, 0.81, False),
    ],
)  # fmt: skip
def test_smoke_keeps_the_limit_of_class_and_power(stage: str, power: float, k: float, passes: bool) -> None:
    machine = labelled(stage=stage, power_kw=power, environment_code=None)
    assert machines.judge(machine, OUTSIDE, FIRST, Smoke(k)).passed is passes


def test_the_zone_asks_class_three_and_electric_machines_are_free() -> None:
    machine = labelled()
    assert machines.judge(machine, IN_ZONE, FIRST, Smoke(0.50)).passed
    assert machines.judge(machine, IN_ZONE, FIRST, Smoke(0.51)).names() == ("smoke",)
    electric = labelled(energy="electric", stage="D", environment_code=None)
    assert machines.judge(electric, IN_ZONE, FIRST, Smoke(9.0)).passed


def test_the_last_test_on_record_counts_where_nothing_is_measured_and_visible_smoke_fails() -> None:
    assert machines.judge(labelled(smoke_k=0.81), OUTSIDE, FIRST).names() == ("smoke",)
    other = labelled(environment_code=None)
    assert machines.judge(other, OUTSIDE, FIRST, Smoke(None, visible=True)).names() == ("smoke",)


def test_a_polygon_zone_holds_its_border_and_nothing_beyond() -> None:
    zone = MachineZone(
        id="z",
        zh="z",
        en="z",
        article=6,
        polygon=((116.4, 39.9), (116.5, 39.9), (116.5, 40.0), (116.4, 40.0)),
        stages=("1",),
    )
    assert machines.lies_in(zone, Spot(None, 116.5, 39.95))
    assert not machines.lies_in(zone, Spot(None, 116.50001, 39.95))
    assert not machines.lies_in(zone, Spot("110105001"))


# Through the pages -------------------------------------------------------------------------------------------------


@pytest.fixture
def client_of(person: Callable[..., Person]) -> Callable[..., Client]:
    def make(role: str, organisation: str = "environment") -> Client:
        client = Client()
        client.force_login(person(role, organisation))
        return client

    return make


def form(**changes: Any) -> dict[str, Any]:
    return {"area": "110105001", **{f"a.{name}": value for name, value in {**MACHINE, **changes}.items()}}


@pytest.mark.row("S09")
def test_an_enterprise_files_its_machine_and_the_bureau_labels_it(client_of: Callable[..., Client]) -> None:
    firm, bureau = client_of("enterprise", "firm"), client_of("bureau")
    assert firm.post(reverse("ledger:machine-file"), form()).status_code == 302
    machine = Source.objects.get(kind="machine")
    assert (machine.owner_id, machine.state, machine.name) == ("firm", "filed", "挖掘机 PC200")
    assert firm.post(reverse("ledger:machine-review", args=[machine.pk]), {"what": "approve"}).status_code == 403
    bureau.post(reverse("ledger:machine-review", args=[machine.pk]), {"what": "approve"})
    label = Credential.objects.get(kind="machine-label")
    assert (label.number, label.state) == ("3110105000001", "valid")
    shown = firm.get(reverse("ledger:machinery"), {"state": "working"}).content.decode()
    assert "3110105000001" in shown
    paper = bureau.get(reverse("ledger:credential-labels"), {"on": label.pk})
    assert paper.headers["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")
    public = Client().get(reverse("ledger:check", args=[label.token]))
    assert public.status_code == 200
    assert "3110105000001" in public.content.decode()


def test_an_enterprise_sees_its_own_machines_alone(client_of: Callable[..., Client]) -> None:
    create_source(kind("machine"), Values({"name": "别家的", "owner_id": "office-1"}, dict(MACHINE)), by=None, at=AT)
    assert "别家的" not in client_of("enterprise", "firm").get(reverse("ledger:machinery")).content.decode()


def test_a_filing_with_a_wrong_code_keeps_what_was_typed(client_of: Callable[..., Client]) -> None:
    answer = client_of("enterprise", "firm").post(reverse("ledger:machine-file"), form(environment_code="CN12"))
    assert answer.status_code == 422
    assert "PC200" in answer.content.decode()
    assert not Source.objects.exists()


def test_a_refusal_needs_its_reason_and_the_machine_may_be_filed_again(client_of: Callable[..., Client]) -> None:
    machine = filed()
    bureau = client_of("bureau")
    address = reverse("ledger:machine-review", args=[machine.pk])
    bureau.post(address, {"what": "refuse"})
    assert Source.objects.get().state == "filed"
    bureau.post(address, {"what": "refuse", "reason": "铭牌与照片不符"})
    assert (Source.objects.get().state, Credential.objects.get().state) == ("refused", "refused")
    client_of("enterprise", "firm").post(reverse("ledger:machine-again", args=[machine.pk]))
    assert Source.objects.get().state == "filed"


@pytest.mark.parametrize(("code", "approved"), [(CODE, True), (CODE.replace("G3", "G2"), False)])
def test_a_machine_that_came_by_sheet_gets_its_label_with_the_review(
    client_of: Callable[..., Client], code: str, approved: bool
) -> None:
    own = {"name": "挖掘机", "area_id": "110105001", "owner_id": "firm"}
    facts = {**MACHINE, "environment_code": code}
    machine = create_source(kind("machine"), Values(own, facts), by=None, at=AT, how="imported")
    client_of("bureau").post(reverse("ledger:machine-review", args=[machine.pk]), {"what": "approve"})
    assert Credential.objects.filter(state="valid").exists() is approved
    assert (Source.objects.get().state == "working") is approved


def test_another_bureau_cannot_review(client_of: Callable[..., Client]) -> None:
    machine = filed()
    address = reverse("ledger:machine-review", args=[machine.pk])
    assert client_of("bureau", "housing").post(address, {"what": "approve"}).status_code == 403


@pytest.mark.row("S09")
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"area": "110105002"}, []),
        ({"area": "110105002", "smoke_k": "0.50"}, []),
        ({"area": "110105002", "smoke_k": "0.51"}, ["smoke"]),
        ({"number": "CNFJG300XXXX", "area": "110105002"}, ["not-filed"]),
    ],
)
def test_the_check_on_site_gives_its_verdict_and_keeps_it(
    client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch, given: dict[str, str], expected: list[str]
) -> None:
    monkeypatch.setattr("lantian.apps.ledger.views.machines.today", lambda request: FIRST)
    label = labelled().credentials.get()
    answer = client_of("enforcement").post(reverse("ledger:machine-check"), {"number": label.number, **given})
    assert answer.status_code == 200
    kept = MachineCheck.objects.get()
    assert [one["id"] for one in kept.reasons] == expected
    assert kept.passed is (not expected)
    assert ("可以使用" in answer.content.decode()) is kept.passed


@pytest.mark.row("S09")
def test_an_unlabelled_machine_is_used_until_the_end_of_2019_and_not_after(
    client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    filed()
    client = client_of("enforcement")
    for day, passed in ((LAST, True), (FIRST, False)):
        monkeypatch.setattr("lantian.apps.ledger.views.machines.today", lambda request, day=day: day)
        client.post(reverse("ledger:machine-check"), {"number": CODE, "area": "110105002"})
        assert MachineCheck.objects.first().passed is passed  # type: ignore[union-attr]


def test_the_qr_address_finds_the_machine() -> None:
    machine = labelled()
    label = machine.credentials.get()
    for text in (f"http://localhost/check/{label.token}/", label.number, CODE.lower(), machine.code):
        assert machines.find(text) == machine


def test_checks_are_seen_on_ones_own_ground(person: Callable[..., Person]) -> None:
    officer = person("enforcement")
    spot = Spot("110105002")
    now = Act(officer, datetime(2020, 1, 1, tzinfo=UTC))
    machines.keep_check("X", None, spot, machines.judge(None, spot, FIRST), now)
    street = person("street", "office-1")
    assert MachineCheck.objects.visible_to(officer).count() == 1
    assert MachineCheck.objects.visible_to(street).count() == 0
