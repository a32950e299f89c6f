"""Draws as pages show them: to officers with names, to the public with what was frozen and what came out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lantian.apps.accounts.models import Person
from lantian.apps.inspections import rules
from lantian.apps.inspections.models import Draw, Inspection, PlanEntry
from lantian.apps.inspections.selectors.board import name_of
from lantian.apps.ledger.models import Source
from lantian.kernel.errors import Text
from lantian.policy.records_inspection import DrawRuleRecord


@dataclass(frozen=True)
class DrawRow:
    """A draw in the list: how many it draws of how many; state: frozen, drawn or published."""

    draw: Draw
    listed: int
    state: Text


@dataclass(frozen=True)
class Risk:
    """A class of risk: its weight, how many are listed, how many were drawn."""

    label: Text
    weight: str
    listed: int
    drawn: int


@dataclass(frozen=True)
class DrawnLine:
    """An entry that was drawn, in the order of its key. people: names for officers, ids for the public."""

    number: int
    id: str
    key: str
    source: Source | None
    risk: Text
    people: Sequence[str]
    entry: PlanEntry | None
    inspection: Inspection | None


@dataclass(frozen=True)
class DrawPage:
    """A draw as its page shows it."""

    draw: Draw
    rule: Text
    checklist: Text
    citation: Text
    state: Text
    risks: Sequence[Risk]
    lines: Sequence[DrawnLine]
    capped: int
    away: int
    barred: int

    @property
    def listed(self) -> int:
        return len(self.draw.file["subjects"])


def state_of(draw: Draw) -> Text:
    """Return how far a draw is, in words."""
    if draw.published_at is not None:
        return Text("结果已公开", "result published")
    return Text("已抽取，未公开", "drawn") if draw.drawn_at is not None else Text("名单已冻结", "lists frozen")


def draw_rows() -> list[DrawRow]:
    """Return the draws, newest first."""
    found = Draw.objects.select_related("plan__organisation").order_by("-frozen_at")[:200]
    return [DrawRow(draw, len(draw.file["subjects"]), state_of(draw)) for draw in found]


def draw_page(draw: Draw) -> DrawPage:
    """Return the page for officers, with the inspectors' names."""
    keys = [int(one[1:]) for one in draw.people]
    return _page(draw, {f"P{one.pk}": one.name for one in Person.objects.filter(pk__in=keys)})


def public_page(draw: Draw) -> DrawPage:
    """Return the page for everybody: inspectors by their ids, and nothing drawn before it is published."""
    return _page(draw, {})


def _page(draw: Draw, names: Mapping[str, str]) -> DrawPage:
    rule = rules.draw_rules(draw.plan.start).get(draw.rule)
    shown = draw.drawn_at is not None and (bool(names) or draw.published_at is not None)
    return DrawPage(
        draw=draw,
        rule=Text(rule.zh, rule.en) if rule else Text(draw.rule, draw.rule),
        checklist=name_of(draw.plan.checklist, draw.plan.start),
        citation=rule.citation if rule else Text("", ""),
        state=state_of(draw),
        risks=_risks(draw, rule, shown=shown),
        lines=_lines(draw, rule, names) if shown else [],
        capped=len(draw.left_out.get("capped", [])),
        away=len(draw.left_out.get("away", [])),
        barred=len(draw.barred),
    )


def _risk_names(rule: DrawRuleRecord | None) -> dict[str, Text]:
    return {one.id: Text(one.zh, one.en) for one in rule.risks} if rule else {}


def _risks(draw: Draw, rule: DrawRuleRecord | None, *, shown: bool) -> list[Risk]:
    names = _risk_names(rule)
    bands = {one["id"]: one["band"] for one in draw.file["subjects"]}
    drawn = [bands[one] for one in draw.record.get("drawn", [])] if shown else []
    listed = list(bands.values())
    return [
        Risk(names.get(band, Text(band, band)), weight, listed.count(band), drawn.count(band))
        for band, weight in draw.file["rule"]["weights"].items()
    ]


def _lines(draw: Draw, rule: DrawRuleRecord | None, names: Mapping[str, str]) -> list[DrawnLine]:
    entries = draw.plan.entries.select_related("source__area").prefetch_related("inspections")
    by_id = {f"{entry.source.kind}/{entry.source.code}": entry for entry in entries}
    bands = {one["id"]: one["band"] for one in draw.file["subjects"]}
    risks = _risk_names(rule)
    lines = []
    for number, (one, key) in enumerate(zip(draw.record["drawn"], draw.record["keys"], strict=True), start=1):
        entry = by_id.get(one)
        made = max(entry.inspections.all(), key=lambda each: each.began_at, default=None) if entry else None
        people = [names.get(person, person) for person in draw.people_records[one]["drawn"]]
        risk = risks.get(bands[one], Text(bands[one], bands[one]))
        lines.append(DrawnLine(number, one, key, entry.source if entry else None, risk, people, entry, made))
    return lines
