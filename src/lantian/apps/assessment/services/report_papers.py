"""A report as an official paper (月季年通报公文), and its figures with how each came about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.urls import reverse

from lantian.apps.assessment import rules
from lantian.apps.assessment.maps import svg
from lantian.apps.assessment.reports.build import content_of, facts_in
from lantian.apps.assessment.reports.content import Content
from lantian.apps.assessment.reports.facts import ReportFacts
from lantian.apps.assessment.reports.printed import Printed
from lantian.apps.assessment.reports.words import all_figures, report_wording
from lantian.apps.assessment.selectors.shapes import shapes_of
from lantian.apps.assessment.services.papers import MADE_UP, Stamp
from lantian.apps.assessment.snapshots import SHORT, number_of
from lantian.apps.ui.official.document import Block, Figure, Heading, Official, Paragraph, Table
from lantian.kernel.periods import Period
from lantian.policy.bulletins import Part
from lantian.policy.pack import Pack
from lantian.policy.records_bulletin import BulletinRecord

MAP = "map:"


@dataclass(frozen=True)
class _Held:
    """A snapshot by its number; equal numbers hold equal data."""

    number: str
    requirements: str
    data: Mapping[str, Any] = field(compare=False)


def content_held(data: Mapping[str, Any], record: BulletinRecord, requirements: str = "") -> Content:
    """Return all that a report can say; what was made from a snapshot last is kept."""
    return _content(_Held(number_of(data), requirements, data), record, rules.pack())


@lru_cache(maxsize=8)
def _content(held: _Held, record: BulletinRecord, pack: Pack) -> Content:
    return content_of(record, facts_in(held.data), pack, held.number, held.requirements)


def report_paper(record: BulletinRecord, data: Mapping[str, Any], stamp: Stamp, requirements: str = "") -> Official:
    """Return a bulletin as an official paper; its figures are links where the pages' address is known."""
    content, number = content_held(data, record, requirements), number_of(data)
    facts = content.facts
    said = report_wording(content)
    figures = f"{stamp.site}{reverse('assessment:figures', args=[number])}" if stamp.site else ""
    return Official(
        issuer=record.office,
        number=stamp.number,
        title=said.title,
        to=record.addressee,
        blocks=tuple(block for part in said.parts for block in _blocks(part, facts)),
        signer="",
        day=stamp.day,
        copies=record.copies,
        contact=record.contact,
        note=f"{said.remark}；{MADE_UP}" if facts.synthetic else said.remark,
        draft=stamp.draft,
        trace=_trace(number[:SHORT], stamp.site),
        figures=figures,
    )


def _trace(short: str, site: str) -> str:
    """Say how every figure of a paper is computed again, and where each one's making is shown."""
    shown = f"{site}{reverse('assessment:figures', args=[short])}" if site else "系统内本件页面"
    return f"重算：lantian bulletin compute {short}；各数算式和来源：{shown}"


def _blocks(part: Part, facts: ReportFacts) -> Iterator[Block]:
    if part.heading:
        yield Heading(part.level, part.heading)
    if part.text:
        yield from (Paragraph(line.strip()) for line in part.text.splitlines() if line.strip())
    if part.table and part.table.rows:
        table = part.table
        yield Table(table.heads, table.rows, table.caption, table.widths, table.left)
    drawn = part.map
    if drawn.startswith(MAP):
        drawn = svg(shapes_of(facts.checks, drawn.removeprefix(MAP), "zh-hans"), {}, part.caption, paper=True)
    if drawn:
        yield Figure(drawn, part.caption)


def report_figures(data: Mapping[str, Any]) -> dict[str, Printed]:
    """Return every figure of a report by its key."""
    record = rules.bulletin_named(data["record"], Period.read(data["period"]))
    return all_figures(content_held(data, record))


def told(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a report's leading figures for the command line."""
    figures = report_figures(data)
    named = ("pm25", "pm10", "so2", "no2", "co", "o3", "good_days", "heavy_days", "valid_days", "pm25_ytd", "tasks")
    return {
        "checks": len(data["checks"]["checks"]),
        "figures": {name: figures[name].text for name in named if name in figures and figures[name].text},
    }
