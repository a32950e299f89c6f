"""Registration of vehicles (注册登记核查): the stage in force for type and date, and China III trucks scrapped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, FloatField, Q, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from lantian.apps.ledger.conditions import as_filter
from lantian.apps.ledger.kinds import facts_of, kind, ledger_figures
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.rulebook import Reason, Verdict, rules_on, verdict
from lantian.kernel.errors import Text
from lantian.policy.records_credential import VehicleStage
from lantian.policy.rules import Case, judge

STAGES = ("0", "1", "2", "3", "4", "5", "6a", "6b")
"""Stages as they rise; electric vehicles stand outside."""
CLEAN = frozenset({"electric", "hydrogen"})
SCRAPPED_FIGURE = "state-iii-scrapped"


@dataclass(frozen=True)
class InForce:
    """The stage in force for a vehicle on a day, by which rule; ``open`` are rules that lack a fact."""

    rule: VehicleStage | None
    open: Sequence[tuple[VehicleStage, tuple[str, ...]]] = ()


def in_force(facts: Mapping[str, Any], on: date) -> InForce:
    """Return the highest stage that the pack asks of a vehicle first registered on a day."""
    known = facts_of(kind("vehicle"))
    held: list[VehicleStage] = []
    lacking: list[tuple[VehicleStage, tuple[str, ...]]] = []
    for rule in rules_on(VehicleStage, on):
        found = judge(rule.when, Case(dict(facts), known, on))
        if found.holds:
            held.append(rule)
        elif found.holds is None:
            lacking.append((rule, found.missing))
    chosen = max(held, key=lambda rule: STAGES.index(rule.stage), default=None)
    return InForce(chosen, lacking)


def check_registration(facts: Mapping[str, Any], on: date) -> Verdict:
    """Judge a first registration (登记核查): refused when the stage lies below the one in force, with the reason."""
    if facts.get("energy") in CLEAN:
        return verdict(
            [], [Text("纯电动、氢燃料车不适用排放阶段。", "Stages do not apply to electric and hydrogen ones.")]
        )
    found = in_force(facts, on)
    if found.rule is None:
        return _undecided(found)
    rule, stage = found.rule, str(facts.get("stage") or "")
    asks = Text(
        f"{on} 起算的现行要求：{rule.zh}（自 {rule.valid_from}）。",
        f"In force on {on}: {rule.en} (from {rule.valid_from}).",
    )
    if stage in STAGES and STAGES.index(stage) >= STAGES.index(rule.stage):
        return verdict([], [asks])
    given_zh, given_en = (f"为国 {stage}", f"is {stage}") if stage else ("未填", "is not stated")
    text = Text(
        f"排放阶段{given_zh}，低于应执行的国 {rule.stage}：{rule.zh}自 {rule.valid_from} 起实施。",
        f"The stage {given_en}, below stage {rule.stage}: {rule.en}, from {rule.valid_from} on.",
    )
    return verdict([Reason.of(rule, text, "stage")])


def _undecided(found: InForce) -> Verdict:
    if not found.open:
        return verdict([], [Text("政策包对此类车辆没有阶段要求。", "The pack asks no stage of such vehicles.")])
    rule, missing = found.open[0]
    labels = [kind("vehicle").attribute(name) for name in missing]
    zh = "、".join(one.zh for one in labels if one)
    en = ", ".join(one.en for one in labels if one)
    text = Text(f"不能判定：缺少{zh}（{rule.zh}）。", f"It cannot be decided without {en} ({rule.en}).")
    return verdict([Reason.of(rule, text, "missing")])


@dataclass(frozen=True)
class OwnerLine:
    """An owner's China III trucks: how many there were, are scrapped, are left, and what was paid [yuan]."""

    owner: str
    total: int
    scrapped: int
    paid: int
    granted_yuan: float
    paid_yuan: float

    @property
    def left(self) -> int:
        """Trucks still to be scrapped."""
        return self.total - self.scrapped


def scrappage(person: Any) -> list[OwnerLine]:
    """Return progress and incentives of scrapping per owner (淘汰进度与补助), the most left first."""
    trucks = scrappage_list(person).annotate(
        yuan=Cast(KT("attributes__incentive_yuan"), FloatField()), paid_day=KT("attributes__incentive_paid_on")
    )
    rows = trucks.values("owner__name_zh").annotate(
        total=Count("pk"),
        scrapped=Count("pk", filter=Q(state="scrapped")),
        paid=Count("pk", filter=Q(paid_day__isnull=False)),
        granted=Sum("yuan"),
        paid_yuan=Sum("yuan", filter=Q(paid_day__isnull=False)),
    )
    lines = [
        OwnerLine(
            row["owner__name_zh"] or "",
            row["total"],
            row["scrapped"],
            row["paid"],
            row["granted"] or 0.0,
            row["paid_yuan"] or 0.0,
        )
        for row in rows.order_by("owner__name_zh")
    ]
    return sorted(lines, key=lambda line: -line.left)


def scrappage_list(person: Any, owner: str = "") -> Any:
    """Return the trucks that the plan's figure counts, as far as a person may see them."""
    figure = ledger_figures()[SCRAPPED_FIGURE]
    found = Source.objects.visible_to(person).of_kind("vehicle").current().filter(as_filter(figure.among))
    return found.filter(owner__name_zh=owner) if owner else found
