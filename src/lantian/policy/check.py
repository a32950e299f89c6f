"""Check a pack (政策包检查): what only shows when records are seen together, beside what the schema finds.

Each check is a small function from the survey of a pack to problems; ``CHECKS`` is the table of them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, pairwise
from pathlib import Path
from typing import TypeVar

from lantian.kernel.errors import Text
from lantian.policy.check_values import VALUE_CHECKS, at
from lantian.policy.facts import misuse
from lantian.policy.layer import HEADER_FILE, Layer
from lantian.policy.problems import Problem, Where, one_of
from lantian.policy.reader import SHIPPED, read_layers
from lantian.policy.records import Record
from lantian.policy.records_plan import Article
from lantian.policy.records_rule import Fact, Rule

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Survey:
    """All that was read: layers, nearest first, their records, by id too, and the ids of each table that were meant."""

    layers: tuple[Layer, ...]
    records: tuple[Record, ...]
    by_id: dict[str, dict[str, Record]]
    ids: dict[str, set[str]]

    @classmethod
    def of(cls, layers: Sequence[Layer]) -> "Survey":
        """Gather the records of all layers."""
        records = tuple(record for layer in layers for record in layer.records)
        by_id: dict[str, dict[str, Record]] = defaultdict(dict)
        ids: dict[str, set[str]] = defaultdict(set)
        for record in records:
            by_id[record.table].setdefault(record.id, record)
            ids[record.table].add(record.id)
        for table, name in (pair for layer in layers for pair in layer.broken):
            ids[table].add(name)
        return cls(tuple(layers), records, by_id, ids)

    def of_kind(self, kind: type[R]) -> list[R]:
        """Return the records of one type."""
        return [record for record in self.records if isinstance(record, kind)]


Check = Callable[[Survey], Iterable[Problem]]


def check_pack(name_or_path: str | Path, search: Sequence[Path] = (SHIPPED,)) -> list[Problem]:
    """Return every problem of a pack and of the packs it stands on, in order of file and line."""
    layers, problems = read_layers(name_or_path, search)
    survey = Survey.of(layers)
    found = [*problems, *(problem for check in CHECKS for problem in check(survey))]
    return sorted(found, key=lambda problem: (problem.where.pack, problem.where.file, problem.where.line or 0))


def _values(survey: Survey) -> Iterator[Problem]:
    for record in survey.records:
        for check in VALUE_CHECKS:
            yield from check(record)


def _duplicates(survey: Survey) -> Iterator[Problem]:
    for layer in survey.layers:
        for group in _grouped(layer.records, lambda record: (record.table, record.id)):
            for first, second in combinations(group, 2):
                if _overlap(first, second):
                    what = Text("编号重复且有效期重叠", "the id is used twice for overlapping dates")
                    yield at(second, "id", "duplicate-id", what, f"{second.id} ({_place(first)})")


def _references(survey: Survey) -> Iterator[Problem]:
    for record in survey.records:
        for key, table in record.references.items():
            value = getattr(record, key)
            for name in (value,) if isinstance(value, str) else value or ():
                if name not in survey.ids[table]:
                    what = Text(f"{table} 表中没有这个编号", f"there is no such {table}")
                    yield at(record, key, "dangling-reference", what, name, one_of(name, survey.ids[table]))


def _articles(survey: Survey) -> Iterator[Problem]:
    numbers = {article.article for article in survey.of_kind(Article)}
    if not numbers or len(survey.ids[Article.table]) > len(survey.by_id[Article.table]):
        return  # none, or not all of them could be read
    allowed = Text(f"1 … {max(numbers)}", f"1 … {max(numbers)}")
    for record in survey.records:
        if record.article is not None and record.article not in numbers:
            what = Text("没有这一条", "there is no such article")
            yield at(record, "article", "no-such-article", what, str(record.article), allowed)


def _article_gaps(survey: Survey) -> Iterator[Problem]:
    articles = sorted(survey.of_kind(Article), key=lambda article: article.article)
    numbers = {article.article for article in articles}
    for number in sorted(set(range(1, max(numbers, default=0))) - numbers):
        after = next(article for article in articles if article.article > number)
        what = Text(f"缺第 {number} 条", f"article {number} is missing")
        yield at(after, "article", "article-missing", what)


def _continuity(survey: Survey) -> Iterator[Problem]:
    for layer in survey.layers:
        demanding = [record for record in layer.records if record.continuous]
        for group in _grouped(demanding, lambda r: (r.table, *(getattr(r, key) for key in r.continuous))):
            yield from _joints(sorted(group, key=lambda record: record.valid_from or date.min))


def _joints(editions: Sequence[Record]) -> Iterator[Problem]:
    for earlier, later in pairwise(editions):
        last, first = earlier.valid_to or date.max, later.valid_from or date.min
        allowed = None if last == date.max else Text(str(last + timedelta(days=1)), str(last + timedelta(days=1)))
        if first <= last and earlier.id == later.id:
            continue  # told as a duplicate
        if first <= last:
            what = Text(f"与 {earlier.id} 的有效期重叠", f"overlaps with {earlier.id}")
            yield at(later, "valid_from", "edition-overlap", what, str(later.valid_from), allowed)
        elif first - last > timedelta(days=1):
            what = Text(f"与 {earlier.id} 之间有空档", f"leaves a gap after {earlier.id}")
            yield at(later, "valid_from", "edition-gap", what, str(later.valid_from), allowed)


def _circles(survey: Survey) -> Iterator[Problem]:
    for record in survey.records:
        seen, above = {record.id}, getattr(record, "parent", None)
        while above in survey.by_id[record.table] and above not in seen:
            seen.add(above)
            above = getattr(survey.by_id[record.table][above], "parent", None)
        if above == record.id:
            what = Text("上级关系成环", "its parents go round in a circle")
            yield at(record, "parent", "parent-cycle", what, getattr(record, "parent", None))


def _conditions(survey: Survey) -> Iterator[Problem]:
    facts = {fact.id: fact for fact in survey.of_kind(Fact)}
    for rule in survey.of_kind(Rule):
        for leaf in rule.when.leaves():
            name = str(leaf.name)
            if name not in survey.ids[Fact.table]:
                what = Text("没有声明这个事实", "there is no such fact")
                yield at(rule, "when", "unknown-fact", what, name, one_of(name, facts))
            elif name in facts and (wrong := misuse(leaf, facts[name])):
                yield at(rule, "when", "bad-condition", wrong, name)


def _rule_order(survey: Survey) -> Iterator[Problem]:
    for group in _grouped(survey.of_kind(Rule), lambda rule: (rule.question, rule.order)):
        for first, second in combinations(group, 2):
            if first.id != second.id and _overlap(first, second):
                what = Text(f"与 {first.id} 次序相同，先后不明", f"stands level with {first.id}: which comes first?")
                yield at(second, "order", "rule-order", what, str(second.order))


def _headers(survey: Survey) -> Iterator[Problem]:
    for layer in survey.layers:
        header, where = layer.header, Where(layer.folder.name, HEADER_FILE, table="pack")
        if header is None:
            continue
        if header.id != layer.folder.name:
            allowed = Text(layer.folder.name, layer.folder.name)
            what = Text("id 与文件夹名不同", "the id is not the folder's name")
            yield Problem("id-not-folder", Where(where.pack, where.file, key="id"), what, header.id, allowed)
        if header.valid_from and header.valid_to and header.valid_to < header.valid_from:
            what = Text("valid_to 早于 valid_from", "valid_to lies before valid_from")
            yield Problem("dates-reversed", Where(where.pack, where.file, key="valid_to"), what, str(header.valid_to))


def _files(survey: Survey) -> Iterator[Problem]:
    for layer in survey.layers:
        if layer.header and not layer.records and not layer.problems:
            what = Text("政策包没有任何记录", "the pack holds no record")
            yield Problem("empty-pack", Where(layer.folder.name), what)
        for path in sorted(layer.folder.iterdir()):
            if path.suffix not in ALLOWED_SUFFIXES and not path.name.startswith("."):
                what = Text("政策包只放数据，不放代码和其他文件", "a pack holds data only, no code or other files")
                allowed = Text("*.toml、*.md", "*.toml, *.md")
                yield Problem("stray-file", Where(layer.folder.name, path.name), what, path.name, allowed)


ALLOWED_SUFFIXES = frozenset({".toml", ".md"})

CHECKS: tuple[Check, ...] = (
    _values,
    _duplicates,
    _references,
    _articles,
    _article_gaps,
    _continuity,
    _circles,
    _conditions,
    _rule_order,
    _headers,
    _files,
)
"""Every check over a whole pack."""


def _grouped(records: Iterable[R], key: Callable[[R], object]) -> Iterable[list[R]]:
    groups: dict[object, list[R]] = defaultdict(list)
    for record in records:
        groups[key(record)].append(record)
    return groups.values()


def _overlap(one: Record, other: Record) -> bool:
    first = max(one.valid_from or date.min, other.valid_from or date.min)
    return first <= min(one.valid_to or date.max, other.valid_to or date.max)


def _place(record: Record) -> str:
    return f"{record.origin.file}:{record.origin.line}" if record.origin else record.id
