"""A plan as records of a policy pack (政策包草稿): TOML with article citations, for a person to review.

articles.toml, tasks.toml and quantities.toml hold what was read; the departments, under ids of their own, stand in
organisations-imported.toml, so that the pack's own organisations.toml stays as it is. A reviewer gives tasks the
pack's organisations and writes labels in our own words; until then every record is marked ``B?``.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from lantian.policy.plantext.document import json_number
from lantian.policy.plantext.model import Deadline, Heading, Plan, Quantity, Span, Task

MARK = "# Draft written by `lantian plan import`; review before use."
PACK_UNITS = {
    "µg/m³": "µg/m³", "%": "%", "km": "km", "m": "m", "t": "t", "t/a": "t/a", "h": "h", "day": "day", "week": "week",
    "month": "month", "year": "year", "次": "count", "位": "rank", "个": "item", "项": "item",
    "家": "item", "辆": "item", "台": "item", "座": "item",
    "处": "item", "条": "item", "户": "item", "套": "item", "件": "item", "起": "item", "批": "item", "支": "item",
}  # fmt: skip
"""The pack's unit for each unit as read; a unit that is not here stays a comment."""
MOST_PERCENT = 100


def in_pack(unit: str, value: Decimal) -> bool:
    """Tell whether a pack can hold a quantity: its unit, and a share of no more than the whole.

    >>> in_pack("%", Decimal(95)), in_pack("%", Decimal(120)), in_pack("yuan", Decimal(1))
    (True, False, False)
    """
    return unit in PACK_UNITS and not (unit == "%" and value > MOST_PERCENT)


_EVERY = frozenset(("day", "week", "month", "quarter", "year"))


@dataclass(frozen=True)
class Numbering:
    """Article numbers in the pack: as printed where they run through the plan, else counted from 1."""

    numbers: tuple[int, ...]
    as_printed: bool


def numbering(plan: Plan) -> Numbering:
    """Return how the plan's articles are numbered in its pack."""
    printed = tuple(article.number for article in plan.articles)
    unique = len(set(printed)) == len(printed)
    return Numbering(printed if unique else tuple(range(1, len(printed) + 1)), unique)


def pack_files(plan: Plan, pack_id: str) -> Mapping[str, str]:
    """Return the files of a draft pack by name."""
    numbers = numbering(plan)
    names = _organisations(plan)
    header = [
        MARK,
        *(() if numbers.as_printed else ("# Article numbers begin again in each chapter: counted through here.",)),
    ]
    files = {
        "pack.toml": _pack(plan, pack_id),
        "articles.toml": _articles(plan, numbers),
        "organisations-imported.toml": _organisation_records(plan, names, numbers),
        "tasks.toml": _tasks(plan, names, numbers),
        "quantities.toml": _quantities(plan, numbers),
    }
    return {name: "\n".join([*header, "", *lines]) + "\n" for name, lines in files.items()}


def _text(value: str) -> str:
    """Write a TOML basic string; JSON's escapes are a part of TOML's."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _flat(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _note(span: Span) -> list[str]:
    zh, en = (
        f"导入草稿，原文字符 {span.start}–{span.end}",
        f"Imported draft, characters {span.start} to {span.end} of the text",
    )
    return [f"note_zh = {_text(zh)}", f"note_en = {_text(en)}"]


def _list(values: list[str]) -> str:
    return "[" + ", ".join(_text(value) for value in values) + "]"


def _pack(plan: Plan, pack_id: str) -> list[str]:
    title = plan.head.title.value if plan.head.title else pack_id
    number = plan.head.number.value if plan.head.number else title
    return [
        "[pack]", f"id = {_text(pack_id)}", f"zh = {_text(title)}", 'en = "Imported plan"', f"source = {_text(number)}",
        'jurisdiction = "cn"', 'extends = ["cn"]',
    ]  # fmt: skip


def _articles(plan: Plan, numbers: Numbering) -> list[str]:
    lines: list[str] = []
    chapters = plan.chapters or ()
    for place, chapter in enumerate(chapters):
        first = next((numbers.numbers[i] for i, a in enumerate(plan.articles) if a.span.start > chapter.span.start), 1)
        lines += [
            "[[chapter]]", f'id = "c{place + 1}"', f"number = {place + 1}", f"article = {first}",
            f"zh = {_text(chapter.title or chapter.label)}", f'en = "Chapter {place + 1}"', 'confidence = "B?"', "",
        ]  # fmt: skip
    if not chapters:
        first = numbers.numbers[0] if numbers.numbers else 1
        lines += [
            "[[chapter]]",
            'id = "c1"',
            "number = 1",
            f"article = {first}",
            'zh = "全文"',
            'en = "The whole plan"',
            "",
        ]
    for place, article in enumerate(plan.articles):
        lines += _article(plan, article, numbers.numbers[place])
    return lines if plan.articles else [*lines, *_only_article()]


def _only_article() -> list[str]:
    return [
        "[[article]]", 'id = "a1"', "article = 1", 'chapter = "c1"', 'zh = "全文"', 'en = "The whole plan"',
        'summary_zh = "没有编号的条"', 'summary_en = "No numbered articles"', 'confidence = "B?"', "",
    ]  # fmt: skip


def _article(plan: Plan, article: Heading, number: int) -> list[str]:
    chapter = max((i for i, c in enumerate(plan.chapters) if c.span.start <= article.span.start), default=0)
    title = article.title or article.label
    return [
        "[[article]]", f'id = "a{number}"', f"article = {number}", f'chapter = "c{chapter + 1}"',
        f"zh = {_text(title)}",
        f'en = "Article {number}"', f"summary_zh = {_text(title)}", f'summary_en = "Article {number}, imported"',
        'confidence = "B?"', *_note(article.span), "",
    ]  # fmt: skip


def _organisations(plan: Plan) -> dict[str, str]:
    names = dict.fromkeys(party.name for task in plan.tasks for party in task.parties)
    return {name: f"imported-{place}" for place, name in enumerate(names, 1)}


_KINDS = (
    ("party", r"委(?:宣传部|组织部|政法委|统战部|办公室)|纪委"),
    ("mass_organisation", "工会|妇联|团委|团.委|科协|残联|工商联"),
    ("street_office", "街|乡|镇"), ("community", "社区|村"),
    ("enforcement", "执法|支队|大队|总队"), ("enterprise", "公司|集团"),
    ("headquarters", "指挥部|领导小组"), ("government", "政府|级部门|各区|各县|各市"),
)  # fmt: skip


def organisation_kind(name: str) -> str:
    """Tell what kind of organisation a printed name is, by its words.

    >>> organisation_kind("各街乡"), organisation_kind("区水务局")
    ('street_office', 'bureau')
    """
    return next((kind for kind, pattern in _KINDS if re.search(pattern, name)), "bureau")


def _organisation_records(plan: Plan, names: Mapping[str, str], numbers: Numbering) -> list[str]:
    first: dict[str, int] = {}
    for task in plan.tasks:
        for party in task.parties:
            first.setdefault(party.name, _article_of(plan, task, numbers))
    lines: list[str] = []
    for name, key in names.items():
        lines += [
            "[[organisation]]", f'id = "{key}"', f"article = {first[name]}", f'kind = "{organisation_kind(name)}"',
            f"zh = {_text(name)}",
            f"en = {_text(f'Department {key}')}", f"aliases = {_list([name])}", 'confidence = "B?"', "",
        ]  # fmt: skip
    if any(not task.names("lead") for task in plan.tasks):
        lines += [
            "[[organisation]]", 'id = "imported-unnamed"', f"article = {numbers.numbers[0] if numbers.numbers else 1}",
            'kind = "government"', 'zh = "原文未写明单位"',
            'en = "Nobody is named by the text"', 'confidence = "B?"', "",
        ]  # fmt: skip
    return lines


def _tasks(plan: Plan, names: Mapping[str, str], numbers: Numbering) -> list[str]:
    lines: list[str] = []
    for key, task in _keyed(plan, numbers):
        leads = task.names("lead")
        joint = [name for name in task.names("joint") if name not in leads]
        lines += [
            "[[task]]", f'id = "t{key}"', f"article = {_article_of(plan, task, numbers)}",
            f"zh = {_text(task.words)}",
            f'en = "Imported task {key}"', f"lead = {_list([names[name] for name in leads] or ['imported-unnamed'])}",
        ]  # fmt: skip
        lines += [f"joint = {_list([names[name] for name in joint])}"] if joint else []
        lines += [] if leads else ["lead_named = false"]
        lines += _deadline_lines(plan, task) + _quantity_ids(key, task)
        lines += ['confidence = "B?"', *_note(task.span), ""]
    return lines


def _keyed(plan: Plan, numbers: Numbering) -> Iterator[tuple[str, Task]]:
    counts: dict[int, int] = {}
    for task in plan.tasks:
        article = _article_of(plan, task, numbers)
        counts[article] = counts.get(article, 0) + 1
        yield f"{article}.{counts[article]}", task


def _article_of(plan: Plan, task: Task, numbers: Numbering) -> int:
    if task.article is not None:
        return numbers.numbers[task.article]
    after = [numbers.numbers[i] for i, article in enumerate(plan.articles) if article.span.start > task.span.start]
    return after[0] if after else (numbers.numbers[-1] if numbers.numbers else 1)


def _deadline_lines(plan: Plan, task: Task) -> list[str]:
    written: list[str] = []
    other: list[str] = []
    for deadline in task.due:
        line = _deadline(plan, deadline)
        (written if _fits(deadline) else other).append(line)
    lines = [f"deadlines = [{', '.join(written)}]"] if written else []
    return lines + [f"# not in the pack's form: {line}" for line in other]


def _fits(deadline: Deadline) -> bool:
    if deadline.kind == "every":
        return deadline.value in _EVERY
    return deadline.kind != "within" or bool(re.fullmatch(r"P(?:\d+[DWMY]|T\d+H)", deadline.value))


def _deadline(plan: Plan, deadline: Deadline) -> str:
    dated = deadline.kind in ("by", "from", "on")
    value = deadline.value if dated else _text(deadline.value)
    printed = _text(_flat(plan.slice(deadline.reading.span)))
    return f'{{ kind = "{deadline.kind}", value = {value}, printed = {printed} }}'


def _quantity_ids(key: str, task: Task) -> list[str]:
    ids = [
        f"q{key}.{place}" for place, quantity in enumerate(task.quantities, 1) if in_pack(quantity.unit, quantity.value)
    ]
    return [f"quantities = {_list(ids)}"] if ids else []


def _quantities(plan: Plan, numbers: Numbering) -> list[str]:
    lines: list[str] = []
    for key, task in _keyed(plan, numbers):
        for place, quantity in enumerate(task.quantities, 1):
            lines += _quantity(plan, quantity, f"q{key}.{place}", _article_of(plan, task, numbers))
    return lines


def _quantity(plan: Plan, quantity: Quantity, key: str, article: int) -> list[str]:
    printed = _text(_flat(plan.slice(quantity.reading.span)))
    number = json_number(quantity.value)
    if not in_pack(quantity.unit, quantity.value):
        return [
            f"# {key}: {quantity.comparator} {number} {quantity.unit}, printed {printed}: no such quantity in packs",
            "",
        ]
    return [
        "[[quantity]]", f'id = "{key}"', f"article = {article}", f"zh = {_text(quantity.object or quantity.measure)}",
        f'en = "Imported quantity {key}"', f'comparator = "{quantity.comparator}"', f"value = {number}",
        f'unit = "{PACK_UNITS[quantity.unit]}"', f"printed = {printed}", 'confidence = "B?"', "",
    ]  # fmt: skip
