"""What a measure is proposed with (裁量): an amount inside the law's band, or a daily fine's arithmetic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from lantian.apps.cases.models import Case, Measure, Sanction
from lantian.apps.cases.rules import measure_rules
from lantian.apps.cases.services.errors import CaseActError
from lantian.kernel.errors import Text
from lantian.policy.records_measure import MeasureRecord
from lantian.workflow import discretion, fines


@dataclass(frozen=True)
class Proposal:
    """What a measure is proposed with.

    factors: the choice of each factor of discretion. amount: of a fine; without one, that to which the factors lead.
    deviation: why the amount is another. base, served, found: the fine that a daily fine continues, the day on which
    the order of correction was served, and the days on which re-checks found the violation going on.
    """

    record: str
    party: str
    reason: str
    party_kind: str = Measure.Party.ORGANISATION
    factors: Mapping[str, str] = field(default_factory=dict)
    amount: Decimal | None = None
    deviation: str = ""
    base: Measure | None = None
    served: date | None = None
    found: Sequence[date] = ()


def weigh(measure: Measure, record: MeasureRecord, asked: Proposal) -> None:
    """Set a measure's amount, as its kind has it; raises DiscretionError or CaseActError."""
    if record.kind == "fine":
        _fine(measure, record, asked)
    elif record.kind == "daily-fine":
        _daily(measure, asked)
    elif record.kind == "sanction":
        _sanction(measure, record)
    _summary(measure, record)


def _fine(measure: Measure, record: MeasureRecord, asked: Proposal) -> None:
    assert record.band is not None
    band, rules = record.band.band(), measure_rules()
    factors = [one.factor() for one in rules.factors(record, measure.law_day)]
    chosen = {factor.id: asked.factors.get(factor.id, "") for factor in factors}
    measure.suggested = discretion.weighed(band, factors, chosen, record.band.unit)
    measure.amount = discretion.inside(measure.suggested if asked.amount is None else asked.amount, band)
    measure.factors, measure.deviation = chosen, asked.deviation.strip()[:500]
    if measure.amount != measure.suggested and not measure.deviation:
        raise CaseActError(
            Text(
                f"罚款 {measure.amount:f} 元与裁量建议 {measure.suggested:f} 元不同，请写明理由。",
                f"The fine of {measure.amount:f} yuan is not the {measure.suggested:f} yuan worked out; say why.",
            )
        )


def _daily(measure: Measure, asked: Proposal) -> None:
    base = asked.base
    if base is None or base.amount is None or base.day_of_step("decided") is None or asked.served is None:
        raise CaseActError(
            Text(
                "按日连续处罚须有已决定的原罚款和责令改正的送达日期。",
                "A daily fine needs a fine that was decided and the day on which the order of correction was served.",
            )
        )
    if base.case_id not in related(measure.case):
        raise CaseActError(Text("原罚款不属于本案或其关联案件。", "That fine belongs to another case."))
    window = measure_rules().fines().recheck_days
    result = fines.daily_fine(asked.served, sorted(set(asked.found)), base.amount, window)
    measure.base, measure.amount = base, result.amount
    measure.daily = {
        "served": asked.served.isoformat(), "found": [day.isoformat() for day in sorted(set(asked.found))],
        "original": str(base.amount), "days": result.days, "window": window, "within": result.within_limit,
    }  # fmt: skip


def related(case: Case) -> set[int]:
    """Return a case with its parent and children."""
    children = case.children.values_list("pk", flat=True)
    return {case.pk, *children, *([case.parent_id] if case.parent_id else [])}


def _sanction(measure: Measure, record: MeasureRecord) -> None:
    """Tie the measure to the sanction that the ladder registered on the case, with its first and last day."""
    found = Sanction.objects.filter(case=measure.case, consequence=record.consequence, lifted_at=None).last()
    if found is None:
        raise CaseActError(
            Text(f"本案没有登记“{record.zh}”，阶梯未达到该级别。", f"The ladder has not led to this here: {record.en}.")
        )
    measure.sanction, measure.first, measure.last = found, found.first, found.last


def _summary(measure: Measure, record: MeasureRecord) -> None:
    if record.procedure != "summary":
        return
    limits: dict[str, Any] = measure_rules().fines().summary
    if not fines.summary_allowed(measure.party_kind, measure.amount or Decimal(0), limits):
        raise CaseActError(
            Text(
                f"当场处罚不得超过 {limits[measure.party_kind]} 元。",
                f"On the spot a fine is at most {limits[measure.party_kind]} yuan.",
            )
        )
