"""All that a bulletin can say of its period (通报内容): figures and words by name, tables and charts by kind."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lantian.apps.assessment.rankings import RankingTable, read
from lantian.apps.assessment.reports.air import AirFigures
from lantian.apps.assessment.reports.air_tables import day_rows, factor_rows, level_rows, month_rows, station_rows
from lantian.apps.assessment.reports.air_words import air_words
from lantian.apps.assessment.reports.checked import check_figures
from lantian.apps.assessment.reports.city import city_words
from lantian.apps.assessment.reports.facts import ReportFacts
from lantian.apps.assessment.reports.printed import Printed, Row
from lantian.apps.assessment.reports.ranked import ranked_figures, ranked_rows, ranked_words
from lantian.apps.assessment.reports.target import target_figures
from lantian.apps.assessment.reports.tasks import department_rows, laggard_rows, task_figures, task_words
from lantian.kernel.periods import Period
from lantian.policy.air import AirRules
from lantian.policy.bulletins import Told, period_words, values_of
from lantian.policy.records_bulletin import BulletinRecord, TableRecord


@dataclass(frozen=True)
class Content:
    """What is known of a period. told: the checks as a weekly bulletin tells them."""

    record: BulletinRecord
    facts: ReportFacts
    rules: AirRules
    told: Told
    kept: dict[str, tuple[Row, ...]] = field(default_factory=dict)

    @property
    def period(self) -> Period:
        """The period."""
        return self.facts.of

    @cached_property
    def air(self) -> AirFigures | None:
        """The air, None where the facts hold none."""
        return AirFigures(self.facts.air, self.period, self.rules) if self.facts.air else None

    @cached_property
    def rankings(self) -> Mapping[str, RankingTable]:
        """The rankings by id, those that the facts hold."""
        return {name: read(data) for name, data in (self.facts.rankings or {}).items()}

    @cached_property
    def figures(self) -> Mapping[str, Printed]:
        """Every figure that a sentence may name."""
        return {one.key: one for one in self._figures()}

    def _figures(self) -> Iterator[Printed]:
        if self.air:
            yield from self.air.figures.values()
            yield from target_figures(self.air)
        yield from check_figures(self.told, self.facts.checks.places)
        yield from task_figures(self.facts)
        for ranked in self.rankings.values():
            yield from ranked_figures(ranked)

    @cached_property
    def words(self) -> Mapping[str, str]:
        """What names stand for that are no figures."""
        air = air_words(self.air) if self.air else {"no_air": "1"}
        ranked = {
            name: text for one in self.rankings.values() for name, text in ranked_words(one, self.record.shown).items()
        }
        return {
            **values_of(self.record, self.told),
            **air,
            **task_words(self.facts),
            **city_words(self.facts),
            **ranked,
            **self._own,
        }

    @property
    def _own(self) -> dict[str, str]:
        return {"period": period_words(self.period), "ranked": "1" if self.rankings else ""}

    def rows(self, table: TableRecord) -> tuple[Row, ...]:
        """Return the rows of a table that is not of the checks; none where there is nothing to tell."""
        key = f"{table.source}:{table.ranking}"
        if key not in self.kept:
            self.kept[key] = tuple(self._rows(table))
        return self.kept[key][: table.most]

    def _rows(self, table: TableRecord) -> Iterator[Row]:
        if table.source == "ranking":
            ranked = self.rankings.get(table.ranking)
            yield from ranked_rows(ranked) if ranked else ()
        elif table.source in OF_TASKS:
            yield from OF_TASKS[table.source](self.facts)
        elif self.air and self.air.known:
            yield from OF_AIR[table.source](self.air)


OF_AIR: Mapping[str, Callable[[AirFigures], Iterator[Row]]] = {
    "factors": factor_rows,
    "stations": station_rows,
    "levels": level_rows,
    "days": day_rows,
    "heavy": lambda figures: day_rows(figures, heavy=True),
    "months": month_rows,
}
OF_TASKS: Mapping[str, Callable[[ReportFacts], Iterator[Row]]] = {
    "departments": department_rows,
    "laggards": laggard_rows,
}
