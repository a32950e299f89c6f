"""Where the figures of an assessment come from (取数): one reader for each mechanism, a few questions each.

Every reader answers for all bodies at once. Another mechanism is one more reader in ``FIGURES`` or ``COUNTS``.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.db.models import Min, Q

from lantian.analysis.league import LeagueRule, Standing, league
from lantian.apps.assessment import rules
from lantian.apps.assessment.marking import Count, Link, Reading
from lantian.apps.assessment.models import Assessment, BodyResult, EnteredFigure
from lantian.apps.assessment.selectors.facts import READERS as CHECKS
from lantian.apps.assessment.services.schemes.asked import LINKED, Asked, CountReader, FigureReader, percent_of
from lantian.apps.assessment.services.schemes.standings import overdue_rectification, ranking
from lantian.apps.cases.models import CaseStep, CaseThread, Sanction
from lantian.apps.inspections.models import PlanEntry
from lantian.apps.plans.selectors.standing import Standing as TaskStanding
from lantian.apps.plans.selectors.standing import board
from lantian.kernel.errors import Text
from lantian.kernel.plurals import counted
from lantian.policy.assessments import LAMPS
from lantian.policy.records_assessment import CitedModel, ExtraRecord, IndicatorRecord, Reader
from lantian.policy.records_bulletin import CheckCountRecord
from lantian.workflow.scoring_rules import Lit, Measured, Placed, plain

NOTHING = Text("没有数据", "no data")


def reads_of(one: CitedModel) -> tuple[str, ...]:
    """Return what of its mechanism an indicator or extra reads."""
    return one.reads if isinstance(one, (IndicatorRecord, ExtraRecord)) else ()


# --- cases


def cases_in_time(one: CitedModel, asked: Asked) -> dict[str, Reading]:
    """Steps of cases that were due in the term, and those taken in time; of whoever had one when it fell due."""
    rows = CaseThread.objects.counted(asked.known_at)
    rows = rows.filter(due_at__gte=asked.term.start, due_at__lt=asked.until)
    if not settings.DEMO:
        rows = rows.filter(case__synthetic=False)
    done: Counter[str] = Counter()
    due: Counter[str] = Counter()
    late: dict[str, dict[str, Link]] = defaultdict(dict)
    fields = (
        "case_id", "number", "case__area_code", "holder_id", "due_at", "ended_at", "case__slug", "case__number",
    )  # fmt: skip
    found = list(rows.order_by("due_at", "pk").values_list(*fields))
    holders = asked.holders_of(case for case, *_ in found)
    for case, step, area, holder, until, ended, slug, number in found:
        body = asked.body_of(area, holders.at(case, step, holder, until))
        in_time = ended is not None and ended <= until
        due[body] += 1
        done[body] += in_time
        if not in_time:
            late[body].setdefault(slug, Link("case", slug, number))
    what = Text("到期环节", "steps due")
    return {code: percent_of(done[code], due[code], what, late[code].values()) for code in asked.codes}


def escalations(one: CitedModel, asked: Asked) -> dict[str, Count]:
    """Steps of cases that were escalated in the term, each once; of whoever had one when it fell due."""
    rows = CaseStep.objects.filter(kind="escalated", at__gte=asked.term.start, at__lt=asked.until)
    if not settings.DEMO:
        rows = rows.filter(case__synthetic=False)
    fields = ("case_id", "thread", "at", "case__area_code", "case__slug", "case__number")
    steps: dict[tuple[int, int], tuple[Any, ...]] = {}
    for case, number, *told in rows.order_by("at", "pk").values_list(*fields):
        steps.setdefault((case, number), tuple(told))
    threads = CaseThread.objects.filter(case__in={case for case, _ in steps})
    had = {(row[0], row[1]): row[2:] for row in threads.values_list("case_id", "number", "holder_id", "due_at")}
    holders = asked.holders_of(case for case, _ in steps)
    found = []
    for (case, number), (at, area, slug, name) in steps.items():
        holder, due_at = had.get((case, number), ("", None))
        body = asked.body_of(area, holders.at(case, number, holder, min(at, due_at or at)))
        found.append((body, Link("case", slug, name)))
    return _counted(found, asked, Text("个环节逾期上报", "overdue steps were escalated"))


def sanctions(one: CitedModel, asked: Asked) -> dict[str, Count]:
    """Sanctions of the ladders named that began in the term, by the street where the case lies."""
    rows = Sanction.objects.filter(first__gte=asked.term.first, first__lte=asked.day, ladder__in=reads_of(one))
    if not settings.DEMO:
        rows = rows.filter(case__synthetic=False)
    fields = ("case__area_code", "case__slug", "case__number")
    named = rows.order_by("first", "pk").values_list(*fields)
    found = ((asked.body_of(area, ""), Link("case", slug, number)) for area, slug, number in named)
    return _counted(found, asked, Text("次惩戒", "sanctions"))


def _counted(found: Iterable[tuple[str, Link]], asked: Asked, what: Text) -> dict[str, Count]:
    links: dict[str, list[Link]] = defaultdict(list)
    for body, link in found:
        links[body].append(link)
    return {
        code: Count(len(links[code]), Text(f"{len(links[code])} {what.zh}", f"{len(links[code])} {what.en}"),
                    tuple(links[code][:LINKED]))
        for code in asked.codes
    }  # fmt: skip


# --- inspections


def checks_rank(one: CitedModel, asked: Asked) -> dict[str, Reading]:
    """The place of each street by checks made in the term, as in the weekly ranking."""
    counted = [rules.pack().get(CheckCountRecord, name, asked.day) for name in reads_of(one)]
    checks = [
        replace(check, place=asked.body_of(check.place, ""))
        for record in counted
        for year in asked.years
        for check in CHECKS[record.kind](record, year.start, year.end, asked.known_at)
    ]
    if not checks:
        return dict.fromkeys(asked.codes, Reading(None, NOTHING))
    table = league(checks, asked.codes, LeagueRule(least=1))
    return {standing.place: _placed(standing, len(asked.codes)) for standing in table.standings}


def _placed(standing: Standing, of: int) -> Reading:
    rate = plain(100 * standing.rate) if standing.rate is not None else ""
    zh, en = (f"，查处率 {rate} %", f", violation rate {rate} %") if rate else ("", "")
    said = Text(
        f"检查 {standing.checks} 次，第 {standing.checks_rank} 名（共 {of} 名）{zh}",
        f"{counted(standing.checks, 'check')}, rank {standing.checks_rank} of {of}{en}",
    )
    return Reading(Placed(standing.checks_rank or of, of), said)


def plan_share(one: CitedModel, asked: Asked) -> dict[str, Reading]:
    """Inspections that plans had due in the term, and those of them that were made and recorded.

    An entry that was withdrawn later is left out as it stands now: when that was leaves no trace to replay.
    """
    rows = PlanEntry.objects.filter(
        due__gte=asked.term.first, due__lte=asked.day, plan__created_at__lte=asked.known_at
    ).exclude(state="dropped")  # fmt: skip
    if not settings.DEMO:
        rows = rows.filter(plan__synthetic=False)
    rows = rows.annotate(recorded_at=Min("inspections__recorded_at", filter=~Q(inspections__result="no-entry")))
    done: Counter[str] = Counter()
    due: Counter[str] = Counter()
    plans: dict[str, dict[str, Link]] = defaultdict(dict)
    fields = ("source__area_id", "organisation_id", "state", "recorded_at", "plan__slug", "plan__title")
    for area, organisation, state, recorded, plan, title in rows.order_by("due", "pk").values_list(*fields):
        body = asked.body_of(area or "", organisation)
        due[body] += 1
        done[body] += state == "done" and (recorded is None or recorded <= asked.known_at)
        plans[body][plan] = Link("plan", plan, title)
    what = Text("到期检查", "inspections due")
    return {code: percent_of(done[code], due[code], what, plans[code].values()) for code in asked.codes}


# --- tasks of the plan


def lamps(one: CitedModel, asked: Asked) -> dict[str, Reading]:
    """The lamps of a department's tasks, or of a street's parts of tasks, one each; struck-off ones are green.

    They are those of the term's last day, as they were known by the instant.
    """
    lit: dict[str, dict[str, Decimal]] = defaultdict(lambda: dict.fromkeys(LAMPS, Decimal(0)))
    links: dict[str, list[Link]] = defaultdict(list)
    for task in board(asked.day, asked.known_at).walk():
        for body in _answering(task, asked):
            colour = "green" if task.struck_on else task.lamp.colour
            lit[body][colour] += 1
            if colour in ("red", "yellow"):
                links[body].append(Link("task", str(task.task.pk), f"{task.task.number} {task.task.zh}"))
    counting = one.lamps if isinstance(one, IndicatorRecord) else {}
    return {code: _lit(lit[code], links[code], counting) if code in lit else Reading(None, Text("没有任务", "no tasks"))
            for code in asked.codes}  # fmt: skip


def _answering(task: TaskStanding, asked: Asked) -> set[str]:
    area = task.task.area_id or ""
    if asked.streets:
        return {asked.body_of(area, "")} - {""}
    return {asked.body_of("", code) for code in task.leads} - {""} if task.task.parent_id is None else set()


def _lit(colours: Mapping[str, Decimal], links: list[Link], counting: Mapping[str, Decimal]) -> Reading:
    zh = "、".join(f"{LAMPS[name].zh} {plain(tasks)} 项" for name, tasks in colours.items() if tasks)
    en = ", ".join(f"{plain(tasks)} {LAMPS[name].en}" for name, tasks in colours.items() if tasks)
    counts = any(colours[name] for name in counting)
    return Reading(Lit(dict(colours)) if counts else None, Text(zh, en), tuple(links[:LINKED]))


# --- what people entered, and what was published


def entered(one: CitedModel, asked: Asked) -> dict[str, Reading]:
    """The last figure that was entered for each body."""
    rows = _entries(one, asked).items()
    return {code: Reading(Measured(Fraction(row.value)), _reasoned(row), _file_of(row)) for code, row in rows}


def entered_counts(one: CitedModel, asked: Asked) -> dict[str, Count]:
    """How often something happened, as it was entered."""
    return {code: Count(int(row.value), _reasoned(row), _file_of(row)) for code, row in _entries(one, asked).items()}


def _reasoned(row: EnteredFigure) -> Text:
    return Text(f"{plain(row.value)}（{row.reason}）", f"{plain(row.value)} ({row.reason})")


def _file_of(row: EnteredFigure) -> tuple[Link, ...]:
    return (Link("entry", str(row.pk), row.file_name),) if row.file_path else ()


def _entries(one: CitedModel, asked: Asked) -> dict[str, EnteredFigure]:
    rows = EnteredFigure.objects.filter(
        scheme=asked.record.id, term=asked.term.name, item=one.id, body__in=asked.codes, at__lte=asked.known_at
    )
    if not settings.DEMO:
        rows = rows.filter(synthetic=False)
    return {row.body: row for row in rows.order_by("at", "pk")}


def published(one: CitedModel, asked: Asked) -> dict[str, Reading]:
    """The mean of the totals of the yearly assessments that were published, the last version of each year."""
    rows = Assessment.objects.published().filter(
        scheme__in=reads_of(one), term__in=[str(year) for year in asked.term.years], published_at__lte=asked.known_at
    )
    last = {row.term: row for row in rows.order_by("version")}
    years: dict[str, list[BodyResult]] = defaultdict(list)
    results = BodyResult.objects.filter(assessment__in=[row.pk for row in last.values()], total__isnull=False)
    for result in results.select_related("assessment").order_by("assessment__term"):
        years[result.body].append(result)
    return {code: _mean(years[code]) for code in asked.codes}


def _mean(rows: list[BodyResult]) -> Reading:
    totals = [Fraction(row.total) for row in rows if row.total is not None]
    if not totals:
        return Reading(None, Text("没有已公布的年度考核", "no yearly assessment is published"))
    said = "、".join(f"{row.assessment.term}: {plain(row.total or 0)}" for row in rows)
    mean = sum(totals, Fraction(0)) / len(totals)
    links = tuple(
        Link("assessment", f"{row.assessment.scheme}/{row.assessment.term}", row.assessment.number) for row in rows
    )
    return Reading(Measured(mean), Text(f"平均 {plain(mean)}（{said}）", f"mean {plain(mean)} ({said})"), links)


FIGURES: dict[Reader, FigureReader] = {
    "entered": entered,
    "lamps": lamps,
    "cases-in-time": cases_in_time,
    "checks-rank": checks_rank,
    "plan-share": plan_share,
    "published": published,
    "ranking": ranking,
    "overdue-rectification": overdue_rectification,
}
COUNTS: dict[Reader, CountReader] = {"entered": entered_counts, "escalations": escalations, "sanctions": sanctions}
