"""How often somebody came (入户负担): visits and checks of entries, against the cap of their kind."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from lantian.apps.inspections import rules
from lantian.apps.inspections.models import Inspection
from lantian.apps.ledger.models import Source
from lantian.kernel.instants import beijing_day, day_of
from lantian.workflow.visits import Burden, burden


@dataclass(frozen=True)
class Meter:
    """The burden of one entry within the days of its cap, and what the last departments came for."""

    source: Source
    burden: Burden
    days: int
    by_department: Mapping[str, int]

    @property
    def full(self) -> bool:
        """Whether the cap is reached."""
        return self.burden.left == 0


def meters(sources: Collection[Source], day: date) -> list[Meter]:
    """Return the meters of some entries on a day, in the order given."""
    general = rules.settings_on(day)
    longest = max([general.days, *(cap.days for one in sources if (cap := rules.cap_of(one.kind, day)))])
    made = Inspection.objects.filter(
        source__in=sources, origin__in=general.counted_origins,
        began_at__gte=beijing_day(day - timedelta(days=longest)), began_at__lt=beijing_day(day + timedelta(days=1)),
    )  # fmt: skip
    found: dict[int, list[tuple[date, str]]] = defaultdict(list)
    for source, began, organisation in made.values_list("source", "began_at", "organisation"):
        found[source].append((day_of(began), organisation))
    return [_meter(source, found[source.pk], day) for source in sources]


def _meter(source: Source, made: list[tuple[date, str]], day: date) -> Meter:
    cap = rules.cap_of(source.kind, day)
    days = cap.days if cap else rules.settings_on(day).days
    within = [(when, whose) for when, whose in made if when > day - timedelta(days=days)]
    departments: dict[str, set[date]] = defaultdict(set)
    for when, whose in within:
        departments[whose].add(when)
    counted = burden([(str(source.pk), when) for when, _ in within], cap.most if cap else None)
    return Meter(source, counted, days, {whose: len(seen) for whose, seen in sorted(departments.items())})


def capped(kind: str, day: date) -> set[int]:
    """Return the ids of the entries of a ledger whose cap of visits is reached on a day."""
    cap = rules.cap_of(kind, day)
    if cap is None:
        return set()
    made = Inspection.objects.filter(
        source__kind=kind, origin__in=rules.settings_on(day).counted_origins,
        began_at__gte=beijing_day(day - timedelta(days=cap.days - 1)),
        began_at__lt=beijing_day(day + timedelta(days=1)),
    )  # fmt: skip
    days: dict[int, set[date]] = defaultdict(set)
    for source, began in made.values_list("source", "began_at"):
        if source is not None:
            days[source].add(day_of(began))
    return {source for source, seen in days.items() if len(seen) >= cap.most}
