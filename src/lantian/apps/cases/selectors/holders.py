"""Who had a step at an instant (当时承办单位): a step that was handed on later was its former holder's until then."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from lantian.apps.cases.models import CaseStep


@dataclass(frozen=True)
class Holders:
    """Who handed steps on, and when, in order; by case and number of the step."""

    handed: Mapping[tuple[int, int], list[tuple[datetime, str]]]

    def at(self, case: int, number: int, now: str, moment: datetime) -> str:
        """Return who had a step at a moment. now: who has it, or had it last."""
        later = (former for at, former in self.handed.get((case, number), []) if at > moment)
        return next(later, now)


def holders_of(cases: Iterable[int]) -> Holders:
    """Read who handed on steps of some cases; one question."""
    handed: dict[tuple[int, int], list[tuple[datetime, str]]] = defaultdict(list)
    rows = CaseStep.objects.filter(kind="transferred", case__in=set(cases)).order_by("at", "pk")
    for case, number, at, detail in rows.values_list("case", "thread", "at", "detail"):
        handed[case, number].append((at, detail["from"]))
    return Holders(handed)
