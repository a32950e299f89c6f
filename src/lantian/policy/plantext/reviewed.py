"""Reviewed tasks as records of a policy pack (复核后的政策包记录): TOML with article citations and places in the text.

Articles are counted from 1 in the order of the text, which is as printed where the plan's numbers run on.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lantian.policy.plantext.document import json_number
from lantian.policy.plantext.records import PACK_UNITS, in_pack, organisation_kind

Value = str | bool | int | float | date | Decimal | Sequence[str] | Sequence[Mapping[str, object]]
_EVERY = frozenset(("day", "week", "month", "quarter", "year"))
_UNNAMED = "imported-unnamed"


@dataclass(frozen=True)
class ReviewedArticle:
    """An article with its chapter (index) and its place in the text."""

    title: str
    chapter: int
    start: int
    end: int


@dataclass(frozen=True)
class ReviewedParty:
    """A department: as printed, its part (lead or joint), and the pack's organisation or nothing."""

    name: str
    role: str
    organisation: str = ""


@dataclass(frozen=True)
class ReviewedDeadline:
    """A deadline, see :class:`lantian.policy.plantext.model.Deadline`."""

    kind: str
    value: str
    printed: str
    working_days: bool = False


@dataclass(frozen=True)
class ReviewedQuantity:
    """A quantity; unit is that of the reading, not yet the pack's."""

    comparator: str
    value: Decimal
    unit: str
    object: str
    printed: str


@dataclass(frozen=True)
class ReviewedTask:
    """A task that somebody accepted or corrected; article: index in the list of articles."""

    article: int
    zh: str
    en: str
    start: int
    end: int
    parties: Sequence[ReviewedParty]
    deadlines: Sequence[ReviewedDeadline] = ()
    quantities: Sequence[ReviewedQuantity] = ()
    conditions: Sequence[str] = ()


@dataclass(frozen=True)
class ReviewedPlan:
    """A reviewed plan; chapters: their titles; source: number or title of the document."""

    title: str
    source: str
    chapters: Sequence[str]
    articles: Sequence[ReviewedArticle]
    tasks: Sequence[ReviewedTask]


@dataclass(frozen=True)
class Base:
    """The pack below the new one: its id, and the ids of its organisations."""

    id: str
    jurisdiction: str
    organisations: frozenset[str]


def reviewed_files(plan: ReviewedPlan, pack_id: str, base: Base) -> Mapping[str, str]:
    """Return the files of the pack by name."""
    numbers = range(1, max(1, len(plan.articles)) + 1)
    names = _organisation_ids(plan, base)
    tables = {
        "pack.toml": [_header(plan, pack_id, base)],
        "articles.toml": [*_chapters(plan, numbers), *_articles(plan, numbers)],
        "organisations-imported.toml": list(_organisations(plan, names, base, numbers)),
        "tasks.toml": list(_tasks(plan, names, numbers)),
        "quantities.toml": list(_quantities(plan, numbers)),
    }
    head = "# Reviewed in Lantian against the plan's text; notes say where each record stands in it.\n\n"
    return {name: head + "\n".join(lines) for name, lines in tables.items() if lines}


def table(name: str, values: Mapping[str, object]) -> str:
    """Write one TOML table; what is empty is left out.

    >>> print(table("[task]", {"id": "t1", "lead": ["a"], "joint": [], "note": "", "lead_named": False}))
    [[task]]
    id = "t1"
    lead = ["a"]
    lead_named = false
    <BLANKLINE>
    """
    lines = [f"{key} = {_toml(value)}" for key, value in values.items() if value not in ("", None, [], ())]
    return "\n".join([f"[{name}]", *lines, ""])


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(json_number(value))
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(each)}" for key, each in value.items()) + " }"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(_toml(each) for each in value) + "]"
    # JSON's escapes are a part of TOML's
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _header(plan: ReviewedPlan, pack_id: str, base: Base) -> str:
    return table(
        "pack",
        {"id": pack_id, "zh": plan.title, "en": "Imported plan", "source": plan.source,
         "jurisdiction": base.jurisdiction, "extends": [base.id]},
    )  # fmt: skip


def _chapters(plan: ReviewedPlan, numbers: Sequence[int]) -> Iterator[str]:
    for place, title in enumerate(plan.chapters or ("全文",)):
        first = next((n for a, n in zip(plan.articles, numbers, strict=False) if a.chapter >= place), numbers[-1])
        yield table(
            "[chapter]",
            {"id": f"c{place + 1}", "article": first, "number": place + 1, "zh": title, "en": f"Chapter {place + 1}"},
        )


def _articles(plan: ReviewedPlan, numbers: Sequence[int]) -> Iterator[str]:
    articles = plan.articles or [ReviewedArticle("全文", 0, 0, 0)]
    for article, number in zip(articles, numbers, strict=True):
        zh, en = (f"原文字符 {article.start}–{article.end}", f"Characters {article.start} to {article.end} of the text")
        yield table(
            "[article]",
            {"id": f"a{number}", "article": number, "chapter": f"c{article.chapter + 1}", "zh": article.title,
             "en": f"Article {number}", "summary_zh": article.title, "summary_en": f"Article {number}, imported",
             "confidence": "B?", "note_zh": zh, "note_en": en},
        )  # fmt: skip


def _organisation_ids(plan: ReviewedPlan, base: Base) -> dict[ReviewedParty, str]:
    """Return each department's id: the base's, or a new one for each printed name that the base does not have."""
    parties = dict.fromkeys(party for task in plan.tasks for party in task.parties)
    known = {party: party.organisation for party in parties if party.organisation in base.organisations}
    names = dict.fromkeys(party.name for party in parties if party not in known)
    new = {name: f"imported-{place}" for place, name in enumerate(names, 1)}
    return {party: known.get(party) or new[party.name] for party in parties}


def _organisations(
    plan: ReviewedPlan, names: Mapping[ReviewedParty, str], base: Base, numbers: Sequence[int]
) -> Iterator[str]:
    first: dict[str, tuple[str, int]] = {}
    for task in plan.tasks:
        for party in task.parties:
            if names[party] not in base.organisations:
                first.setdefault(names[party], (party.name, numbers[task.article]))
    for key, (name, number) in first.items():
        yield table(
            "[organisation]",
            {"id": key, "article": number, "kind": organisation_kind(name), "zh": name, "en": f"Department {key}",
             "aliases": [name], "confidence": "B?"},
        )  # fmt: skip
    if any(not _of_role(task, "lead") for task in plan.tasks):
        yield table(
            "[organisation]",
            {"id": _UNNAMED, "article": numbers[0], "kind": "government", "zh": "原文未写明单位",
             "en": "Nobody is named by the text", "confidence": "B?"},
        )  # fmt: skip


def _of_role(task: ReviewedTask, role: str) -> list[ReviewedParty]:
    return [party for party in task.parties if party.role == role]


def _keyed(plan: ReviewedPlan, numbers: Sequence[int]) -> Iterator[tuple[str, ReviewedTask]]:
    counts: dict[int, int] = {}
    for task in plan.tasks:
        number = numbers[task.article]
        counts[number] = counts.get(number, 0) + 1
        yield f"{number}.{counts[number]}", task


def _tasks(plan: ReviewedPlan, names: Mapping[ReviewedParty, str], numbers: Sequence[int]) -> Iterator[str]:
    for key, task in _keyed(plan, numbers):
        lead, joint = (
            list(dict.fromkeys(names[party] for party in _of_role(task, role))) for role in ("lead", "joint")
        )
        notes = _notes(task)
        yield table(
            "[task]",
            {
                "id": f"t{key}", "article": numbers[task.article], "zh": task.zh, "en": task.en or f"Task {key}",
                "lead": lead or [_UNNAMED], "joint": [each for each in joint if each not in lead],
                "lead_named": None if lead else False,
                "deadlines": [_deadline(each) for each in task.deadlines if fits(each)],
                "quantities": [
                    f"q{key}.{n}" for n, each in enumerate(task.quantities, 1) if in_pack(each.unit, each.value)
                ],
                "note_zh": "；".join(zh for zh, _en in notes), "note_en": "; ".join(en for _zh, en in notes),
            },
        )  # fmt: skip


def _notes(task: ReviewedTask) -> list[tuple[str, str]]:
    """Return where the task stands, and what a pack's fields cannot hold."""
    place = (f"原文字符 {task.start}–{task.end}", f"Characters {task.start} to {task.end} of the text")
    odd = [(f"{each.comparator} {json_number(each.value)}", each.unit) for each in task.quantities
           if not in_pack(each.unit, each.value)]  # fmt: skip
    late = [each for each in task.deadlines if not fits(each)]
    working = [each for each in task.deadlines if each.working_days]
    return [
        place,
        *((f"条件：{each}", "under a condition, see the Chinese note") for each in task.conditions),
        *(
            (f"另有数量：{number} {unit}", f"further quantity: {number}, unit in the Chinese note")
            for number, unit in odd
        ),
        *((f"另有期限：{each.printed}", f"further deadline: {each.kind} {each.value}") for each in late),
        *((f"{each.printed}按工作日计", f"{each.value} counts working days") for each in working),
    ]


def fits(deadline: ReviewedDeadline) -> bool:
    """Tell whether a pack's deadline can hold it; half a year as a rhythm, for one, it cannot."""
    if deadline.kind == "every":
        return deadline.value in _EVERY
    if deadline.kind == "within":
        return bool(re.fullmatch(r"P(?:\d+[DWMY]|T\d+H)", deadline.value))
    return True


def _deadline(deadline: ReviewedDeadline) -> Mapping[str, object]:
    dated = deadline.kind in ("by", "from", "on")
    value: object = date.fromisoformat(deadline.value) if dated else deadline.value
    return {"kind": deadline.kind, "value": value, "printed": deadline.printed or deadline.value}


def _quantities(plan: ReviewedPlan, numbers: Sequence[int]) -> Iterator[str]:
    for key, task in _keyed(plan, numbers):
        for place, each in enumerate(task.quantities, 1):
            if in_pack(each.unit, each.value):
                yield table(
                    "[quantity]",
                    {"id": f"q{key}.{place}", "article": numbers[task.article], "zh": each.object or task.zh[:40],
                     "en": f"Imported quantity {key}.{place}", "comparator": each.comparator, "value": each.value,
                     "unit": PACK_UNITS[each.unit], "printed": each.printed or str(each.value),
                     "note_zh": f"原文字符 {task.start}–{task.end}",
                     "note_en": f"Characters {task.start} to {task.end} of the text"},
                )  # fmt: skip
