"""Figures that people enter for an assessment, each with its reason and evidence (填报)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from lantian.apps.assessment.models import EnteredFigure
from lantian.apps.assessment.services.schemes.acts import Acting, AssessmentError, keep_file, may, reason_in, record_for
from lantian.apps.assessment.services.schemes.asked import bodies_of
from lantian.apps.audit.services import record as audit
from lantian.apps.ledger.services.attachments import Sent
from lantian.kernel.errors import Text
from lantian.policy.assessments import Term, term_named, term_of
from lantian.policy.records_assessment import AssessmentSchemeRecord, ExtraRecord, IndicatorRecord


@dataclass(frozen=True)
class NewEntries:
    """Figures of one item for some bodies. item: an indicator or extra that is entered."""

    scheme: str
    term: str
    item: str
    values: Mapping[str, Decimal]
    reason: str
    file: Sent | None
    synthetic: bool = False


@transaction.atomic
def enter_figures(new: NewEntries, acting: Acting) -> list[EnteredFigure]:
    """Enter figures; an earlier one of the same body stands in the record and counts no more."""
    record = record_for(new.scheme, term_named(new.term), acting.at)
    term = term_of(record, new.term)
    may(record.drafters, acting)
    _check(record, term, new, acting)
    kept = keep_file(new.file)
    made = [
        EnteredFigure.objects.create(
            scheme=new.scheme, term=new.term, body=body, item=new.item, value=value, reason=reason_in(new.reason),
            at=acting.at, by=acting.by, synthetic=new.synthetic, **kept,
        )
        for body, value in new.values.items()
    ]  # fmt: skip
    detail = {"scheme": new.scheme, "term": new.term, "item": new.item, "bodies": len(made), **kept}
    audit("assessment.entered", subject=None, actor=acting.by, at=acting.at, detail=detail)
    return made


def last_entries(scheme: str, term: str, at: datetime) -> dict[str, dict[str, Decimal]]:
    """Return what had been entered last for a term by an instant, by item and body; one question for all items."""
    found: dict[str, dict[str, Decimal]] = defaultdict(dict)
    rows = EnteredFigure.objects.filter(scheme=scheme, term=term, at__lte=at).order_by("at", "pk")
    for item, body, value in rows.values_list("item", "body", "value"):
        found[item][body] = value
    return found


def items_entered(record: AssessmentSchemeRecord) -> list[IndicatorRecord | ExtraRecord]:
    """Return the indicators and extras of a scheme that people enter."""
    items: list[IndicatorRecord | ExtraRecord] = [*record.indicators, *record.extras]
    return [one for one in items if one.reader == "entered"]


def _check(record: AssessmentSchemeRecord, term: Term, new: NewEntries, acting: Acting) -> None:
    item = next((one for one in items_entered(record) if one.id == new.item), None)
    if item is None:
        raise AssessmentError(Text("此项不由填报取数。", "This item is not entered by hand."))
    if not new.values:
        raise AssessmentError(Text("没有填写数值。", "No figure was entered."))
    if new.file is None and not new.synthetic:
        raise AssessmentError(Text("请附依据文件。", "Add the file that it rests on."))
    strange = set(new.values) - {one.code for one in bodies_of(record, term.judged_on(acting.at))}
    if strange:
        raise AssessmentError(Text(f"不在考核名单：{sorted(strange)[0]}", f"Not assessed: {sorted(strange)[0]}"))
    for value in new.values.values():
        if not _fits(item, value):
            raise AssessmentError(Text(f"数值 {value} 超出范围。", f"{value} lies outside what may be entered."))


def _fits(item: IndicatorRecord | ExtraRecord, value: Decimal) -> bool:
    """Times are whole and not negative; a figure on a line lies between its ends."""
    if isinstance(item, ExtraRecord):
        return value >= 0 and value == int(value)
    if item.linear:
        low, high = sorted((item.linear.zero, item.linear.full))
        return low <= value <= high
    return value >= 0
