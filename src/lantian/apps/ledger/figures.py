"""Figures over the ledgers (台账指标): shares and sums by the pack's records, in one question for all of a page.

A figure counts what the reader may see; its numerator and denominator are lists that open with one click.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

from django.conf import settings
from django.db.models import Case, Count, FloatField, Q, Sum, TextField, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from lantian.apps.ledger.conditions import as_filter
from lantian.apps.ledger.kinds import kind as kind_of
from lantian.apps.ledger.models.sources import SourceQuerySet
from lantian.apps.ledger.services.sources import working_states
from lantian.kernel.rounding import half_even
from lantian.policy.reader import load_pack
from lantian.policy.records_ledger import LedgerFigure
from lantian.policy.records_plan import Quantity

Lamp = Literal["reached", "open", "late", "none"]
PERCENT = 100
_DECIMALS = 1


@dataclass(frozen=True)
class Part:
    """One line of a figure: the group (None for the whole), numerator and denominator in the figure's measure."""

    group: str | None
    numerator: float
    denominator: float

    @property
    def percent(self) -> Decimal | None:
        """The share in percent, half-even to one decimal; None without a denominator."""
        if not self.denominator:
            return None
        return half_even(Decimal(str(self.numerator)) * PERCENT / Decimal(str(self.denominator)), _DECIMALS)


@dataclass(frozen=True)
class FigureResult:
    """A figure on a day: the whole and its groups, the target with its day, and how it stands against them."""

    record: LedgerFigure
    whole: Part
    groups: tuple[Part, ...]
    target: Decimal | None
    on: date

    @property
    def value(self) -> Decimal | None:
        """What the figure says in its unit: the share, or the sum of the numerator."""
        if self.record.unit == "%":
            return self.whole.percent
        return half_even(Decimal(str(self.whole.numerator)), 3).normalize() if self.whole.numerator else Decimal(0)

    @property
    def standing(self) -> Lamp:
        """Reached, still open, late after its day, or without a target."""
        if self.target is None:
            return "none"
        if self.value is not None and self.value >= self.target:
            return "reached"
        return "late" if self.record.due is not None and self.on > self.record.due else "open"


def base(record: LedgerFigure, sources: SourceQuerySet, on: date) -> SourceQuerySet:
    """Return the entries that make the denominator."""
    kind = kind_of(record.of)
    found = sources.of_kind(record.of).current().filter(as_filter(record.among))
    if not record.ended:
        found = found.filter(state__in=working_states(kind))
    if record.day and record.since_days:
        first = on - timedelta(days=record.since_days)
        found = found.filter(
            **{f"attributes__{record.day}__gt": first.isoformat(), f"attributes__{record.day}__lte": on.isoformat()}
        )
    return found


def figure(record: LedgerFigure, sources: SourceQuerySet, on: date) -> FigureResult:
    """Compute a figure over the sources that a reader may see; see :func:`figures`."""
    return figures([record], sources, on)[0]


def figures(records: Sequence[LedgerFigure], sources: SourceQuerySet, on: date) -> list[FigureResult]:
    """Compute figures over the sources that a reader may see, all in one question.

    Of a figure by groups, entries without the group's attribute count in the whole only.
    """
    first, *others = [_asked(number, record, sources, on) for number, record in enumerate(records)] or [()]
    parts: list[list[Part]] = [[] for _ in records]
    for row in first.union(*others, all=True) if others else first:
        parts[row["_figure"]].append(Part(row["_by"], float(row["_hit"] or 0), float(row["_all"] or 0)))
    return [_result(record, found, on) for record, found in zip(records, parts, strict=True)]


def _asked(number: int, record: LedgerFigure, sources: SourceQuerySet, on: date) -> Any:
    """Return the question for a figure: its number, groups, numerators and denominators."""
    by = KT(f"attributes__{record.by}") if record.by else Value(None, output_field=TextField())
    grouped = base(record, sources, on).order_by().annotate(_figure=Value(number), _by=by).values("_figure", "_by")
    return grouped.annotate(_all=_measure(record, Q()), _hit=_measure(record, as_filter(record.that)))


def _result(record: LedgerFigure, parts: Sequence[Part], on: date) -> FigureResult:
    whole = Part(None, sum(part.numerator for part in parts), sum(part.denominator for part in parts))
    return FigureResult(record, whole, tuple(_in_order(record, parts)), target_of(record), on)


def _measure(record: LedgerFigure, condition: Q) -> Any:
    """The sum or number of entries for which a condition holds, as a float as all figures are."""
    name = record.per if record.per and not condition else record.sum
    if name is None:
        return Cast(Count("pk", filter=condition) if condition else Count("pk"), FloatField())
    value = Cast(KT(f"attributes__{name}"), FloatField())
    return Sum(Case(When(condition, then=value), default=0.0)) if condition else Sum(value, default=0.0)


def _in_order(record: LedgerFigure, parts: Sequence[Part]) -> list[Part]:
    """The groups in the order of the attribute's choices; those without entries are left out."""
    attribute = kind_of(record.of).attribute(record.by) if record.by else None
    if attribute is None:
        return []
    found = {part.group: part for part in parts}
    return [found[choice.id] for choice in attribute.choices if choice.id in found]


def target_of(record: LedgerFigure) -> Decimal | None:
    """Return the target: the plan's quantity, or the record's own."""
    if record.quantity:
        quantity = load_pack(str(settings.PACK)).find(Quantity, record.quantity)
        if quantity is not None and isinstance(quantity.value, (int, Decimal)):
            return Decimal(quantity.value)
    return record.target


def numerator(record: LedgerFigure, sources: SourceQuerySet, on: date) -> SourceQuerySet:
    """Return the entries that make the numerator."""
    return base(record, sources, on).filter(as_filter(record.that))
