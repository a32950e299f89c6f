"""Deadlines (期限) in clean text: dates, periods that come again, and durations, as ISO values.

A bare year or 到2020年 is due by its last day, 底前 and 月底前 by that period's last day, a range runs from and by;
每周 and 按月 come again; 24小时内 is a duration. What measures a sanction (暂停…半年), a window of counting
(一年内…2次), a base year (比2015年), a title in 《》, an edition (2017年版) or a clock is no deadline.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from lantian.policy.plantext.clean import Clean
from lantian.policy.plantext.dated import DATED
from lantian.policy.plantext.due import Found, Reader
from lantian.policy.plantext.lasting import LASTING
from lantian.policy.plantext.model import Deadline, Reading
from lantian.policy.plantext.numerals import YEAR
from lantian.policy.plantext.points import DAY, HALF, MONTH, QUARTER, When, days, named
from lantian.policy.plantext.times import PlanTime

_COMPILED = [(frozenset(gate), re.compile(pattern), reader) for gate, pattern, reader in (*LASTING, *DATED)]
"""Signs of which one must stand in the text, the pattern, and who reads a match; earlier patterns take precedence."""


def deadlines(clean: Clean, at: PlanTime | None = None) -> list[Deadline]:
    """Return the deadlines in a piece of text, in order; at: the plan's time, for 年底前 without a year."""
    when = When(at)
    found: list[Found] = []
    for match, reader in sorted(_claimed(clean.text), key=lambda claim: claim[0].start()):
        found.extend(reader(match, when))
    found.sort(key=lambda each: (each.start, each.kind != "from"))
    return [
        Deadline(
            each.kind,
            each.value,
            Reading(clean.span(each.start, each.end), each.rule, each.confidence),
            each.working_days,
        )
        for each in found
    ]


def _claimed(text: str) -> list[tuple[re.Match[str], Reader]]:
    """Return the matches that hold something, none over another, with their readers."""
    claims: list[tuple[re.Match[str], Reader]] = []
    for match, reader in _matches(text):
        free = all(match.end() <= other.start() or other.end() <= match.start() for other, _ in claims)
        if free and not _shut_out(text, match) and any(True for _ in reader(match, When(_TRIAL))):
            claims.append((match, reader))
    return claims


_TRIAL = PlanTime(date(2000, 1, 1), date(2000, 1, 1))
"""A time to try whether a match is a deadline at all."""


def _matches(text: str) -> Iterator[tuple[re.Match[str], Reader]]:
    signs = frozenset(text)
    for gate, pattern, reader in _COMPILED:
        if not gate.isdisjoint(signs):
            for match in pattern.finditer(text):
                yield match, reader


def _shut_out(text: str, match: re.Match[str]) -> bool:
    """Tell whether a match stands within the title of a document."""
    opened = text.rfind("《", max(0, match.start() - 120), match.start())
    return opened >= 0 and "》" not in text[opened : match.start()] and "》" in text[match.end() : match.end() + 120]


def due_in_cell(clean: Clean, at: PlanTime | None = None) -> list[Deadline]:
    """Return the deadlines of a cell of 完成时限 or of what follows 完成时限：, where a day or 全年 is the last one."""
    found = deadlines(clean, at)
    if found:
        return [replace(each, kind="by") if each.kind == "on" else each for each in found]
    for pattern in _IN_CELLS:
        if (match := pattern.match(clean.text)) and (due := days(named(match), When(at))):
            reading = Reading(clean.span(match.start("due"), match.end("due")), "时限", 0.8)
            return [Deadline("by", due.last.isoformat(), reading)]
    return []


_IN_CELLS: Sequence[re.Pattern[str]] = [
    re.compile(pattern) for pattern in (
        rf"(?P<due>(?P<y>{YEAR})[./-](?P<m>{MONTH})(?:[./-](?P<d>{DAY}))?)(?:[底末]?前)?(?!\d)",
        rf"(?P<due>(?:(?P<y>{YEAR})年|今年|本年)?(?P<m>{MONTH})月(?:份)?(?:(?P<d>{DAY})日)?[底末]?前?)(?!\d)",
        rf"(?P<due>(?:(?P<y>{YEAR})年|今年|本年)?(?P<q>{QUARTER}|{HALF})[底末]?前?)",
        rf"(?P<due>(?P<y>{YEAR})年?(?:全年|年?[底末]前?)?)(?:$|[，。；）])",
        "(?P<due>全年|年内|年底前?|本年度?|当年)",
    )
]  # fmt: skip
