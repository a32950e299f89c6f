"""What changed between two versions of a plan (两个版本的比较): articles aligned, tasks added, removed or changed.

Texts are alike by the share of character pairs they have in common (Dice). Articles are paired by their titles, or by
what their tasks say, and a common number counts a little; a task that went into another article is found there.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from lantian.kernel.errors import Text
from lantian.policy.plantext.document import json_number
from lantian.policy.plantext.model import Deadline, Plan, Quantity

Json = dict[str, object]
Change = Literal["added", "removed", "changed", "same"]

_ARTICLE = 0.5
_SAME_NUMBER = 0.15
_TASK = 0.45
_ELSEWHERE = 0.6


@dataclass(frozen=True)
class SideArticle:
    """An article of one version; number as printed."""

    number: int
    title: str


@dataclass(frozen=True)
class SideTask:
    """A task of one version: index of its article, its text, and its fields as a reader would write them."""

    article: int | None
    text: str
    lead: tuple[str, ...] = ()
    joint: tuple[str, ...] = ()
    deadlines: tuple[str, ...] = ()
    quantities: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Side:
    """One version."""

    articles: Sequence[SideArticle]
    tasks: Sequence[SideTask]


@dataclass(frozen=True)
class FieldChange:
    """A field whose values differ."""

    field: str
    old: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def removed(self) -> tuple[str, ...]:
        """Values that are there no more."""
        return tuple(value for value in self.old if value not in self.new)

    @property
    def added(self) -> tuple[str, ...]:
        """Values that were not there before."""
        return tuple(value for value in self.new if value not in self.old)


@dataclass(frozen=True)
class Stretch:
    """A stretch of a text that stayed, is gone, or is new."""

    change: Literal["same", "removed", "added"]
    text: str


def stretches(old: str, new: str) -> tuple[Stretch, ...]:
    """Return a text's changes, character by character.

    >>> [(each.change, each.text) for each in stretches("更新80辆", "更新120辆")]
    [('same', '更新'), ('removed', '8'), ('added', '12'), ('same', '0辆')]
    """
    found: list[Stretch] = []
    for _tag, i, i_end, j, j_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if old[i:i_end] == new[j:j_end]:
            found.append(Stretch("same", old[i:i_end]))
            continue
        found += [Stretch("removed", old[i:i_end])] if i < i_end else []
        found += [Stretch("added", new[j:j_end])] if j < j_end else []
    return tuple(found)


@dataclass(frozen=True)
class TaskChange:
    """A task in both versions, or in one."""

    old: SideTask | None
    new: SideTask | None
    fields: tuple[FieldChange, ...] = ()

    @property
    def words(self) -> tuple[Stretch, ...]:
        """The text, with what is gone and what is new in it."""
        return stretches(self.old.text if self.old else "", self.new.text if self.new else "")

    @property
    def change(self) -> Change:
        """Whether it was added, removed, changed, or stayed."""
        if self.old is None:
            return "added"
        if self.new is None:
            return "removed"
        return "changed" if self.fields else "same"


@dataclass(frozen=True)
class ArticleChange:
    """An article in both versions, or in one; tasks outside all articles have neither."""

    old: SideArticle | None
    new: SideArticle | None
    tasks: tuple[TaskChange, ...] = ()

    @property
    def change(self) -> Change:
        """Whether it was added, removed, got another number or title, or stayed."""
        if self.old is None and self.new is not None:
            return "added"
        if self.new is None and self.old is not None:
            return "removed"
        return "same" if self.old == self.new else "changed"


@dataclass(frozen=True)
class PlanDiff:
    """All changes, in the order of the new version; what was removed stands at its end."""

    articles: tuple[ArticleChange, ...]

    @property
    def counts(self) -> dict[Change, int]:
        """How many tasks were added, removed, changed, and how many stayed."""
        found = Counter(task.change for article in self.articles for task in article.tasks)
        return {"added": found["added"], "removed": found["removed"], "changed": found["changed"],
                "same": found["same"]}  # fmt: skip


def alike(one: str, other: str) -> float:
    """Return the share of character pairs in common, from 0 to 1.

    >>> alike("推进清洁供暖", "推进清洁供暖"), alike("推进清洁供暖", "查处违法"), alike("", "")
    (1.0, 0.0, 0.0)
    """
    first, second = _pairs(one), _pairs(other)
    whole = first.total() + second.total()
    return 2 * (first & second).total() / whole if whole else 0.0


def _pairs(text: str) -> Counter[str]:
    flat = "".join(text.split())
    return Counter(flat[place : place + 2] for place in range(max(1, len(flat) - 1))) if flat else Counter()


def side_of(plan: Plan) -> Side:
    """Return a plan as read, ready to be compared."""
    return Side(
        [SideArticle(article.number, article.title) for article in plan.articles],
        [
            SideTask(
                task.article, task.words, tuple(task.names("lead")), tuple(task.names("joint")),
                tuple(due(each) for each in task.due), tuple(number(each) for each in task.quantities),
                tuple(flat(plan.slice(each.reading.span)) for each in task.conditions),
            )
            for task in plan.tasks
        ],
    )  # fmt: skip


def flat(text: str) -> str:
    """Return a text without its line breaks and spaces."""
    return "".join(text.split())


def due(deadline: Deadline) -> str:
    """Write a deadline, as ``by 2020-12-31``."""
    return f"{deadline.kind} {deadline.value}" + (" (working days)" if deadline.working_days else "")


def number(quantity: Quantity) -> str:
    """Write a quantity, as ``PM2.5 ~ 52 µg/m³``."""
    return f"{quantity.object} {quantity.comparator} {json_number(quantity.value)} {quantity.unit}".strip()


def diff(old: Side, new: Side) -> PlanDiff:
    """Compare two versions."""
    pairs = _paired(len(old.articles), len(new.articles), lambda i, j: _articles_alike(old, new, i, j), _ARTICLE)
    matched = _matched_tasks(old, new, pairs)
    removed = [TaskChange(task, None) for i, task in enumerate(old.tasks) if i not in matched]
    came_from = {j: i for i, j in matched.items()}
    changes = {j: _change(old, new, came_from.get(j), j, pairs) for j in range(len(new.tasks))}
    return PlanDiff(tuple(_grouped(old, new, pairs, changes, removed)))


def _articles_alike(old: Side, new: Side, i: int, j: int) -> float:
    one, other = old.articles[i], new.articles[j]
    said = max(alike(one.title, other.title), alike(_content(old, i), _content(new, j)))
    return said + (_SAME_NUMBER if one.number == other.number else 0)


def _content(side: Side, article: int) -> str:
    return "".join(task.text for task in side.tasks if task.article == article)


def _paired(olds: int, news: int, score: Callable[[int, int], float], least: float) -> dict[int, int]:
    """Pair greedily, the most alike first; of equals the ones that stand nearest to each other."""
    scores = [(score(i, j), i, j) for i in range(olds) for j in range(news)]
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for value, i, j in sorted(scores, key=lambda each: (-each[0], abs(each[1] - each[2]), each[1:])):
        if value >= least and i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return pairs


def _matched_tasks(old: Side, new: Side, pairs: dict[int, int]) -> dict[int, int]:
    """Pair tasks inside paired articles first; what is left over may have gone elsewhere."""
    matched: dict[int, int] = {}
    for one, other in ((None, None), *pairs.items()):
        _match(old, new, matched, _of(old, one), _of(new, other), _TASK)
    left_old = [i for i in range(len(old.tasks)) if i not in matched]
    left_new = [j for j in range(len(new.tasks)) if j not in matched.values()]
    _match(old, new, matched, left_old, left_new, _ELSEWHERE)
    return matched


def _of(side: Side, article: int | None) -> list[int]:
    return [place for place, task in enumerate(side.tasks) if task.article == article]


def _match(
    old: Side, new: Side, matched: dict[int, int], olds: Sequence[int], news: Sequence[int], least: float
) -> None:
    found = _paired(len(olds), len(news), lambda i, j: alike(old.tasks[olds[i]].text, new.tasks[news[j]].text), least)
    matched.update({olds[i]: news[j] for i, j in found.items()})


_FIELDS = ("lead", "joint", "deadlines", "quantities", "conditions")


def _change(old: Side, new: Side, i: int | None, j: int, pairs: dict[int, int]) -> TaskChange:
    after = new.tasks[j]
    if i is None:
        return TaskChange(None, after)
    before = old.tasks[i]
    fields = []
    if before.text != after.text:
        fields.append(FieldChange("text", (before.text,), (after.text,)))
    moved_to = pairs.get(before.article) if before.article is not None else None
    if moved_to != after.article:
        fields.append(FieldChange("article", _numbered(old, before), _numbered(new, after)))
    for name in _FIELDS:
        was, now = getattr(before, name), getattr(after, name)
        if set(was) != set(now):
            fields.append(FieldChange(name, was, now))
    return TaskChange(before, after, tuple(fields))


def _numbered(side: Side, task: SideTask) -> tuple[str, ...]:
    return () if task.article is None else (str(side.articles[task.article].number),)


def _grouped(
    old: Side, new: Side, pairs: dict[int, int], changes: dict[int, TaskChange], removed: Sequence[TaskChange]
) -> Iterator[ArticleChange]:
    came_from = {j: i for i, j in pairs.items()}
    gone: dict[int | None, list[TaskChange]] = {}
    for change in removed:
        gone.setdefault(change.old.article if change.old else None, []).append(change)
    outside = [*(changes[j] for j in _of(new, None)), *gone.get(None, ())]
    if outside:
        yield ArticleChange(None, None, tuple(outside))
    for j, article in enumerate(new.articles):
        i = came_from.get(j)
        tasks = [*(changes[each] for each in _of(new, j)), *(gone.get(i, ()) if i is not None else ())]
        yield ArticleChange(None if i is None else old.articles[i], article, tuple(tasks))
    for i, article in enumerate(old.articles):
        if i not in pairs:
            yield ArticleChange(article, None, tuple(gone.get(i, ())))


def as_json(found: PlanDiff) -> Json:
    """Return the document of ``lantian plan diff --json``."""
    return {
        "tasks": dict(found.counts),
        "articles": [
            {
                "change": article.change, "old": _article(article.old), "new": _article(article.new),
                "tasks": [_task(task) for task in article.tasks if task.change != "same"],
            }
            for article in found.articles
        ],
    }  # fmt: skip


def _article(article: SideArticle | None) -> Json | None:
    return None if article is None else {"number": article.number, "title": article.title}


def _task(task: TaskChange) -> Json:
    return {
        "change": task.change, "old": task.old.text if task.old else None, "new": task.new.text if task.new else None,
        "fields": {each.field: {"old": list(each.old), "new": list(each.new)} for each in task.fields},
    }  # fmt: skip


FIELD_NAMES = {
    "text": Text("原文", "text"), "article": Text("条", "article"), "lead": Text("牵头单位", "lead"),
    "joint": Text("配合单位", "joint"), "deadlines": Text("期限", "deadline"),
    "quantities": Text("量化要求", "quantity"),
    "conditions": Text("条件", "condition"),
}  # fmt: skip
"""How a field that differs is called."""

_SIGNS = {"added": "+", "removed": "-", "changed": "~"}


def told(found: PlanDiff) -> Iterator[Text]:
    """Yield the lines of ``lantian plan diff``: what stayed as it was is counted only."""
    counts = found.counts
    yield Text(
        f"任务：新增 {counts['added']}，删除 {counts['removed']}，修改 {counts['changed']}，不变 {counts['same']}",
        f"Tasks: {counts['added']} added, {counts['removed']} removed, {counts['changed']} changed, "
        f"{counts['same']} the same",
    )
    for article in found.articles:
        tasks = [task for task in article.tasks if task.change != "same"]
        if tasks or article.change != "same":
            yield _article_line(article)
        for task in tasks:
            yield from _task_lines(task)


def _article_line(article: ArticleChange) -> Text:
    names = [f"{each.number} {each.title}".strip() for each in (article.old, article.new) if each]
    name = " → ".join(dict.fromkeys(names))
    return Text(f"\n条 {name}", f"\nArticle {name}") if name else Text("\n（条外）", "\n(outside articles)")


def _task_lines(task: TaskChange) -> Iterator[Text]:
    shown = task.new or task.old
    text = shown.text if shown else ""
    line = f"  {_SIGNS[task.change]} {text if len(text) <= 60 else text[:59] + '…'}"
    yield Text(line, line)
    for each in task.fields:
        name, was, now = FIELD_NAMES[each.field], "、".join(each.old) or "—", "、".join(each.new) or "—"
        yield Text(f"      {name.zh}：{was} → {now}", f"      {name.en}: {was} → {now}")
