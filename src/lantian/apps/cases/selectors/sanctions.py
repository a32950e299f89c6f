"""The register of sanctions (惩戒登记): what holds, since when and until when, by which article."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lantian.apps.cases.models import Sanction
from lantian.apps.cases.rules import rules
from lantian.kernel.errors import Text
from lantian.policy.records_case import CaseLadderRecord


@dataclass(frozen=True)
class SanctionLine:
    """A sanction with its words."""

    sanction: Sanction
    record: CaseLadderRecord | None
    today: date

    @property
    def label(self) -> Text:
        if self.record is None:
            return Text(self.sanction.consequence, self.sanction.consequence)
        level = self.record.level(self.sanction.consequence)
        return Text(level.zh, level.en)

    @property
    def citation(self) -> Text:
        return self.record.citation if self.record else Text("—", "—")

    @property
    def trigger(self) -> Text | None:
        """What led here at once, or None."""
        found = [one for one in self.record.triggers if one.id == self.sanction.trigger] if self.record else []
        return Text(found[0].zh, found[0].en) if found else None

    @property
    def state(self) -> str:
        """One of lifted, coming, holds."""
        if self.sanction.lifted_at:
            return "lifted"
        return "coming" if self.sanction.first > self.today else "holds"


def sanction_lines(person: Any, today: date, *, everything: bool = False) -> Sequence[SanctionLine]:
    """Return the sanctions that a reader may see: those that are not lifted, or all."""
    found = Sanction.objects.visible_to(person).select_related("case", "case__source")
    if not everything:
        found = found.filter(lifted_at__isnull=True)
    return [_line(sanction, today) for sanction in found[:500]]


def _line(sanction: Sanction, today: date) -> SanctionLine:
    return SanctionLine(sanction, rules().pack.find(CaseLadderRecord, sanction.ladder, sanction.first), today)


def of_case(sanctions: Sequence[Sanction], today: date) -> Sequence[SanctionLine]:
    """Return the sanctions of one case with their words."""
    return [_line(sanction, today) for sanction in sanctions]
