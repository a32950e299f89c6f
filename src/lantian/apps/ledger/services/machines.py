"""Non-road machines (非道路移动机械): filed by their owners, reviewed, labelled, and judged on site."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from shapely import Point, Polygon

from lantian.airquality.vehicles import MachineTest, judge_machine
from lantian.apps.audit.services import record
from lantian.apps.ledger.kinds import kind as kind_of
from lantian.apps.ledger.models import Credential, MachineCheck, Source
from lantian.apps.ledger.rulebook import Reason, Verdict, duty_rules, rule_on, rules_on, verdict
from lantian.apps.ledger.services import credentials
from lantian.apps.ledger.services.credentials import Act
from lantian.apps.ledger.services.sources import SourceProblems, Values, create_source, move_source
from lantian.apps.ledger.values import Stored
from lantian.kernel.errors import Text
from lantian.kernel.identifiers import plain
from lantian.policy.records_credential import MachineRule, MachineZone

LABEL = "machine-label"
FILED, WORKING, REFUSED = "filed", "working", "refused"
ELECTRIC = "D"


@dataclass(frozen=True)
class Spot:
    """Where a machine stands: the street's code, a position in WGS-84, the height above the sea [m]."""

    area: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    altitude_m: float | None = None


@dataclass(frozen=True)
class Smoke:
    """What was seen of the exhaust: the light absorption k [1/m], and visible smoke."""

    k: float | None = None
    visible: bool = False


@transaction.atomic
def file_machine(own: Mapping[str, Any], attributes: Mapping[str, Stored], act: Act) -> Source:
    """File a machine (申报备案) and apply for its label. Raises SourceProblems for a code taken or wrong."""
    _code_fits(attributes)
    kind = kind_of("machine")
    made = create_source(kind, Values({**own, "state": FILED}, attributes), by=act.by, at=act.at, reason=act.reason)
    credentials.apply(LABEL, made, {}, act)
    return made


def _code_fits(attributes: Mapping[str, Stored], own: Source | None = None) -> None:
    """The code belongs to one machine, and names the stage that is filed (G3 is stage III)."""
    code, stage = str(attributes.get("environment_code") or ""), str(attributes.get("stage") or "")
    if not code:
        return
    machines = Source.objects.filter(kind="machine", attributes__environment_code=code).current()
    twin = (machines.exclude(pk=own.pk) if own else machines).first()
    if twin is not None:
        raise _problem(
            f"环保信息公开编号 {code} 已由 {twin.code} 申报。",
            f"The environmental code {code} was filed as {twin.code}.",
        )
    if stage.isdecimal() and code[5:6] != stage:
        raise _problem(
            f"环保信息公开编号第 6 位为 {code[5:6]}，与所填排放阶段 {stage} 不符。",
            f"The sixth character of the environmental code is {code[5:6]}, the stage filed is {stage}.",
        )


def _problem(zh: str, en: str) -> SourceProblems:
    return SourceProblems({"environment_code": Text(zh, en)})


@transaction.atomic
def approve(machine: Source, act: Act, on: date) -> Credential:
    """Approve a filing (审核通过): the machine counts as registered and gets its label with number and QR.

    Raises SourceProblems when its code does not fit, as one that came by sheet may.
    """
    _code_fits(machine.attributes, machine)
    move_source(machine, WORKING, by=act.by, at=act.at, reason=act.reason)
    return credentials.issue(_applied(machine, act), act, valid_from=on)


@transaction.atomic
def refuse(machine: Source, act: Act) -> None:
    """Refuse a filing (不予备案), with a reason; its owner may file again."""
    move_source(machine, REFUSED, by=act.by, at=act.at, reason=act.reason)
    credentials.step(_applied(machine, act), "refused", act)


@transaction.atomic
def file_again(machine: Source, act: Act) -> None:
    """File a refused machine again (重新申报)."""
    move_source(machine, FILED, by=act.by, at=act.at, reason=act.reason)
    credentials.apply(LABEL, machine, {}, act)


def _applied(machine: Source, act: Act) -> Credential:
    """The open application for a label; machines that came by sheet apply with their review."""
    found = machine.credentials.filter(kind=LABEL, state=Credential.State.APPLIED).first()
    return found or credentials.apply(LABEL, machine, {}, act)


def find(text: str) -> Source | None:
    """Find a machine by what was scanned or typed: the label's address or number, its code, or environmental code."""
    token = text.strip().rstrip("/").rsplit("/", 1)[-1]
    typed = plain(text).upper()
    labels = Credential.objects.filter(kind=LABEL).select_related("source")
    label = labels.filter(token=token).first() or labels.filter(number=typed).exclude(number="").first()
    if label is not None:
        return label.source
    machines = Source.objects.of_kind("machine").current()
    return machines.filter(code=typed).first() or machines.filter(attributes__environment_code=typed).first()


def judge(machine: Source | None, spot: Spot, on: date, smoke: Smoke | None = None) -> Verdict:
    """Judge a machine where it stands on a day (现场核查): filed, labelled, allowed there, smoke within the limit.

    Filing and label are asked for from the pack's date on; zones by their own days.
    """
    rule = rule_on(MachineRule, on)
    asked = on >= rule.label_from
    if machine is None:
        return _unknown(rule, asked=asked)
    zones = [zone for zone in rules_on(MachineZone, on) if lies_in(zone, spot)]
    reasons = [
        _filing(machine, rule) if asked else None,
        _label(machine, rule, on) if asked else None,
        *(_banned(machine, zone) for zone in zones),
        _smoke(machine, rule, zones, spot, smoke),
    ]
    note = None if asked else _not_yet(rule)
    return verdict(reasons, [note])


def _unknown(rule: MachineRule, *, asked: bool) -> Verdict:
    text = Text("查无此机械：未备案，无环保标识。", "No such machine: it is not filed and has no label.")
    return verdict([Reason.of(rule, text, "not-filed")] if asked else [], [] if asked else [text, _not_yet(rule)])


def _not_yet(rule: MachineRule) -> Text:
    return Text(
        f"备案与标识自 {rule.label_from} 起强制。", f"Filing and label are compulsory from {rule.label_from} on."
    )


def _filing(machine: Source, rule: MachineRule) -> Reason | None:
    if machine.state == WORKING:
        return None
    state = kind_of("machine").state(machine.state)
    zh, en = (state.zh, state.en) if state else (machine.state, machine.state)
    return Reason.of(rule, Text(f"未通过备案（{zh}）。", f"Not registered ({en})."), "not-filed")


def _label(machine: Source, rule: MachineRule, on: date) -> Reason | None:
    labels = list(machine.credentials.filter(kind=LABEL))
    if any(credentials.standing(label, on) == "valid" for label in labels):
        return None
    numbers = "、".join(label.number for label in labels if label.number)
    text = Text(
        f"无有效环保标识{f'（{numbers} 已失效）' if numbers else ''}。",
        f"No valid label{f' ({numbers} no longer holds)' if numbers else ''}.",
    )
    return Reason.of(rule, text, "no-label")


def lies_in(zone: MachineZone, spot: Spot) -> bool:
    """Tell whether a spot lies in a zone, by its street or by its position; the border belongs to the zone."""
    if zone.areas:
        return bool(spot.area) and any(str(spot.area).startswith(code) for code in zone.areas)
    if spot.longitude is None or spot.latitude is None:
        return False
    return bool(Polygon(zone.polygon).covers(Point(spot.longitude, spot.latitude)))


def _banned(machine: Source, zone: MachineZone) -> Reason | None:
    stage = str(machine.attributes.get("stage") or "X")
    if stage not in zone.stages:
        return None
    name = f"{zone.zh}，排放阶段 {stage} 自 {zone.valid_from} 起不得使用。"
    return Reason.of(zone, Text(name, f"{zone.en}: stage {stage} may not be used from {zone.valid_from} on."), "zone")


def limits_for(machine: Source, rule: MachineRule, zones: list[MachineZone]) -> str | None:
    """Return the smoke class that holds for a machine: the zone's, else its stage's; None for electric ones."""
    if machine.attributes.get("energy") == "electric" or machine.attributes.get("stage") == ELECTRIC:
        return None
    zoned = next((zone.smoke_class for zone in zones if zone.smoke_class), None)
    return zoned or rule.classes.get(str(machine.attributes.get("stage") or "X"))


def _smoke(
    machine: Source, rule: MachineRule, zones: list[MachineZone], spot: Spot, smoke: Smoke | None
) -> Reason | None:
    """What was measured here, else the last test on record."""
    held = limits_for(machine, rule, zones)
    facts = machine.attributes
    seen = smoke or Smoke(facts.get("smoke_k"), bool(facts.get("smoke_visible")))
    power = facts.get("power_kw")
    if held is None or power is None or (seen.k is None and not seen.visible):
        return None
    k = None if seen.k is None else Decimal(str(seen.k))
    height = None if spot.altitude_m is None else Decimal(str(spot.altitude_m))
    test = MachineTest(Decimal(str(power)), k=k, altitude_m=height, smoke_seen=seen.visible)
    found = judge_machine(test, duty_rules().machine(held))
    if found.passed:
        return None
    measured = Text(f"光吸收系数 {k} m⁻¹，", f"k {k} 1/m, ") if k is not None else Text("可见烟，", "visible smoke, ")
    text = Text(
        f"烟度不合格：{measured.zh}{held} 类 {power} kW 限值 {found.limit} m⁻¹。",
        f"Smoke fails: {measured.en}class {held} at {power} kW allows {found.limit} 1/m.",
    )
    return Reason("smoke", text, Text("GB 36886-2018", "GB 36886-2018"), "B")


@transaction.atomic
def keep_check(typed: str, machine: Source | None, spot: Spot, found: Verdict, act: Act, **facts: Any) -> MachineCheck:
    """Record a check as it was found (留痕): it is never changed."""
    made = MachineCheck.objects.create(
        number=plain(typed)[:60],
        machine=machine,
        area_id=spot.area,
        longitude=spot.longitude,
        latitude=spot.latitude,
        at=act.at,
        by=act.by,
        passed=found.passed,
        reasons=[reason.kept() for reason in found.reasons],
        **facts,
    )
    detail = {"number": made.number, "passed": made.passed, "reasons": list(found.names())}
    record("machine.checked", subject=made, actor=act.by, at=act.at, detail=detail)
    return made
