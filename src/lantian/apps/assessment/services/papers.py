"""A bulletin as an official paper (公文): from a snapshot's facts, the pack's words and the streets' map alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from lantian.apps.assessment import rules
from lantian.apps.assessment.maps import svg
from lantian.apps.assessment.reports.build import told_from
from lantian.apps.assessment.selectors.shapes import shapes_of
from lantian.apps.assessment.services.signed import coming_number
from lantian.apps.assessment.snapshots import Facts, number_of, written
from lantian.apps.ui.official.document import Block, Figure, Heading, Official, Paragraph, Table
from lantian.policy.bulletins import Part, Told, Wording, wording
from lantian.policy.records_bulletin import BulletinRecord

MADE_UP = "含模拟数据，仅供演示"
"""Stands on each paper that rests on a demonstration's checks."""


@dataclass(frozen=True)
class Stamp:
    """What sign-off gives a paper: number and day.

    A draft has the day on which it is looked at and the number that it would get now; each page says what it is.
    """

    day: date
    number: str
    draft: bool = True


def drafted_on(record: BulletinRecord, day: date) -> Stamp:
    """Return the stamp of a draft: the day, and the next number under the bulletin's word, which is not taken."""
    return Stamp(day, coming_number(record.word, day.year))


def told_of(facts: Facts, requirements: str = "") -> Told:
    """Return what a bulletin's words are made from."""
    return told_from(facts, rules.pack(), number_of(written(facts)), requirements)


def words_of(record: BulletinRecord, facts: Facts, requirements: str = "") -> Wording:
    """Return the bulletin in words."""
    return wording(record, told_of(facts, requirements))


def paper_of(record: BulletinRecord, facts: Facts, stamp: Stamp, requirements: str = "") -> Official:
    """Return the bulletin as an official paper."""
    said = words_of(record, facts, requirements)
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
    )


def _blocks(part: Part, facts: Facts) -> Iterator[Block]:
    if part.heading:
        yield Heading(part.level, part.heading)
    if part.text:
        yield from (Paragraph(line.strip()) for line in part.text.splitlines() if line.strip())
    if part.table:
        table = part.table
        yield Table(table.heads, table.rows, table.caption, table.widths, table.left)
    if part.map:
        drawn = svg(shapes_of(facts, part.map, "zh-hans"), {}, part.caption, paper=True)
        if drawn:
            yield Figure(drawn, part.caption)
