"""Figures from rankings and from the rectification ledger (排名、整改), for the readers of an assessment."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from fractions import Fraction

from django.conf import settings

from lantian.apps.assessment import rules
from lantian.apps.assessment.marking import Link, Reading
from lantian.apps.assessment.models import Problem
from lantian.apps.assessment.ranking_words import unit_words
from lantian.apps.assessment.rankings import RankedPlace, RankingTable
from lantian.apps.assessment.selectors.rankings.ground import Ground
from lantian.apps.assessment.selectors.rectification import overdue
from lantian.apps.assessment.services.rankings import READERS, ranking_of
from lantian.apps.assessment.services.schemes.asked import LINKED, Asked
from lantian.kernel.errors import Text
from lantian.kernel.periods import Period
from lantian.kernel.plurals import counted
from lantian.kernel.ranks import competition_ranks
from lantian.kernel.rounding import half_even
from lantian.policy.records_assessment import CitedModel, IndicatorRecord
from lantian.policy.records_ranking import RankingRecord
from lantian.workflow.scoring_rules import Measured, Placed, plain

NO_RANK = Text("数据不足，不排名", "too little data for a rank")
MONTHS = "months"
"""What follows a ranking's id in ``reads`` where the mean of its monthly ranks counts, and not the year's own."""


def ranking(one: CitedModel, asked: Asked) -> dict[str, Reading]:
    """The place of each body in a ranking: of the year, or by the mean of its monthly ranks (第十条 asks for these)."""
    reads = one.reads if isinstance(one, IndicatorRecord) else ()
    record = rules.pack().find(RankingRecord, reads[0], asked.day) if reads else None
    if record is None:
        return {}
    if MONTHS in reads:
        return _of_months(record, asked)
    take = one.by_place.take if isinstance(one, IndicatorRecord) and one.by_place else "rank"
    table = ranking_of(record, asked.years[-1], asked.known_at)
    return {place.code: _of_table(place, table, take) for place in table.places}


def _of_table(place: RankedPlace, table: RankingTable, take: str) -> Reading:
    link = (Link("ranking", f"{table.record}/{table.period}", table.period),)
    ranked = place.state == "ranked" and place.rank is not None
    if not ranked or (take == "band" and place.band is None):
        return Reading(
            None, place.note if place.note.zh else Text("数据不足，不排名", "too little data for a rank"), link
        )
    unit, of = unit_words(table.unit), len(table.ranked)
    band = f"，第 {place.band} 档（共 {table.bands} 档）" if place.band else ""
    in_band = f", band {place.band} of {table.bands}" if place.band else ""
    said = Text(
        f"{place.value} {unit.zh}，第 {place.rank} 名（共 {of} 名）{band}",
        f"{place.value} {unit.en}, rank {place.rank} of {of}{in_band}",
    )
    figure = Placed(place.band or 1, table.bands) if take == "band" else Placed(place.rank or 1, of)
    return Reading(figure, said, link)


def _of_months(record: RankingRecord, asked: Asked) -> dict[str, Reading]:
    """Rank by the mean of the ranks of the months that are over, each ranked as its own bulletin has it."""
    year = asked.years[-1]
    reader = READERS[record.subject](record, Ground(year, asked.known_at))
    months = [Period("month", year.year, number) for number in range(1, 13)]
    found: dict[str, list[int]] = defaultdict(list)
    counted = [month for month in months if month.last <= asked.day]
    for month in counted:
        measured = reader.between(month.first, month.last)
        values = {code: value for code, value in measured.values.items() if measured.counts_of(code)}
        for code, rank in _ranks(record, values).items():
            found[code].append(rank)
    means = {code: Fraction(sum(ranks), len(ranks)) for code, ranks in found.items()}
    placed = dict(zip(means, competition_ranks(list(means.values())), strict=True))
    links = [Link("ranking", f"{record.id}/{month}", str(month)) for month in counted]
    return {code: _of_mean(means[code], len(found[code]), placed[code], len(placed), links) for code in placed}


def _ranks(record: RankingRecord, values: Mapping[str, Fraction]) -> dict[str, int]:
    printed = [half_even(value, record.decimals) for value in values.values()]
    ranks = competition_ranks(printed, largest_first=record.first == "largest")
    return dict(zip(values, ranks, strict=True))


def _of_mean(mean: Fraction, months: int, rank: int, of: int, links: Sequence[Link]) -> Reading:
    said = Text(
        f"{months} 个月平均名次 {plain(mean)}，第 {rank} 名（共 {of} 名）",
        f"mean rank {plain(mean)} of {counted(months, 'month')}, place {rank} of {of}",
    )
    return Reading(Placed(rank, of), said, tuple(links[:LINKED]))


def overdue_rectification(one: CitedModel, asked: Asked) -> dict[str, Reading]:
    """Problems of inspectors that were overdue at the end of the term, or now; nothing before any was fed back."""
    moment = min(asked.term.end - timedelta(microseconds=1), asked.known_at)
    problems = Problem.objects.filter(case__opened_at__lte=moment)
    if not settings.DEMO:
        problems = problems.filter(case__synthetic=False)
    if not problems.exists():
        return {}
    links: dict[str, list[Link]] = defaultdict(list)
    fields = ("area_code", "lead_id", "lead__area_id", "case__slug", "case__number")
    for area, lead, office, slug, number in overdue(problems, moment).order_by("deadline", "pk").values_list(*fields):
        links[asked.body_of(area or office or "", lead)].append(Link("problem", slug, number))
    return {code: _late(links[code]) for code in asked.codes}


def _late(links: Sequence[Link]) -> Reading:
    said = Text(f"{len(links)} 项逾期", f"{len(links)} overdue")
    return Reading(Measured(Fraction(len(links))), said, tuple(links[:LINKED]))
