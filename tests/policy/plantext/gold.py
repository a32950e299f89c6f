"""Labels made by hand, and how a reading is compared with them.

A sample carries its labels in the text: ⟦a task⟧, {L|lead}, {J|joint}, {D by 2020-12-31|deadline} (``w`` marks working
days), {Q >= 92 % @what is measured|quantity}; its articles are in articles.toml. The Chaoyang plan's labels are offsets
and values only; its text is read from ../shared.
A field is right when its place overlaps the label's and its values are equal; a task when the two share 60 % of their
characters together; an article when number, chapter and title are equal; an object, of a quantity that is right, when
it and the label's hold one another.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from lantian.policy.plantext import Plan, import_plan, read_plan
from lantian.policy.plantext.clean import UNSEEN
from lantian.policy.plantext.errors import PlanTextError
from lantian.policy.plantext.model import Head
from tests.shared import SHARED

HERE = Path(__file__).parent
SAMPLES = HERE / "samples"
CHAOYANG = SHARED / "plan" / "chaoyang-2018.txt"

FIELDS = ("tasks", "lead", "joint", "deadlines", "quantities")
Label = tuple[int, int, Hashable]


@dataclass
class Gold:
    """A text with its labels by field."""

    name: str
    text: str
    labels: dict[str, list[Label]] = field(default_factory=lambda: {name: [] for name in FIELDS})
    objects: dict[Label, str] = field(default_factory=dict)
    articles: Sequence[tuple[int, int, str]] | None = None


_OPEN = re.compile(r"\{(?P<what>[LJDQ])(?P<value>[^|{}]*)\|")
_CODES = {"L": "lead", "J": "joint", "D": "deadlines", "Q": "quantities"}


def read_marked(path: Path) -> Gold:
    """Read a sample: the text without marks, and the labels with their places in it."""
    marked = path.read_text(encoding="utf-8")
    gold, out = Gold(path.stem, ""), list[str]()
    open_fields, open_tasks = list[tuple[int, str, str]](), list[int]()
    at = length = 0
    while at < len(marked):
        if match := _OPEN.match(marked, at):
            open_fields.append((length, match["what"], match["value"].strip()))
            at = match.end()
            continue
        char = marked[at]
        if char == "}" and open_fields:
            start, what, written = open_fields.pop()
            value, _, measured = written.partition("@")
            label = (start, length, _value(what, value, "".join(out)[start:length]))
            gold.labels[_CODES[what]].append(label)
            gold.objects.update({label: measured} if measured else {})
        elif char == "⟦":
            open_tasks.append(length)
        elif char == "⟧":
            gold.labels["tasks"].append((open_tasks.pop(), length, "task"))
        else:
            out.append(char)
            length += 1
        at += 1
    assert not open_fields
    assert not open_tasks
    gold.text = "".join(out)
    listed = tomllib.loads((SAMPLES / "articles.toml").read_text(encoding="utf-8")).get(gold.name)
    gold.articles = None if listed is None else [(number, chapter, title) for number, chapter, title in listed]
    return gold


def _value(what: str, value: str, printed: str) -> Hashable:
    if what in "LJ":
        return "".join(printed.split())
    if what == "D":
        kind, iso, *mark = value.split()
        return (kind, iso, bool(mark))
    comparator, number, *unit = value.split()
    return (comparator, Decimal(number), unit[0] if unit else "")


def wrapped(gold: Gold, width: int, *, indent: str, page: int) -> Gold:
    """Return a text with its labels as printed: lines of one width, a page number after so many, indents."""
    text, places, count = "", list[int](), 0
    for line in gold.text.split("\n"):
        text += indent if line.strip() and not line.startswith("\u3000") else ""
        column = len(indent)
        for char in line:
            if column == width:
                count, column = count + 1, 0
                text += "\n" if count % page else f"\n\n— {count // page} —\n\n"
            places.append(len(text))
            text, column = text + char, column + 1
        places.append(len(text))
        text += "\n"
    labels = {
        name: [(places[start], places[end - 1] + 1, value) for start, end, value in found]
        for name, found in gold.labels.items()
    }
    return Gold(gold.name, text, labels, articles=gold.articles)


def chaoyang() -> Gold | None:
    """Return the whole Chaoyang plan with its labels; None where the text is not beside the checkout."""
    if not CHAOYANG.exists():
        return None
    text = read_plan(CHAOYANG.read_bytes(), CHAOYANG.name)
    facts = tomllib.loads((HERE / "chaoyang.toml").read_text(encoding="utf-8"))
    gold = Gold("chaoyang-2018", text)
    for role in ("lead", "joint"):
        gold.labels[role] = [(start, end, text[start:end]) for start, end in facts[role]]
    gold.labels["tasks"] = [(start, end, "task") for start, end in facts["tasks"]]
    gold.labels["deadlines"] = [(s, e, (kind, value, False)) for s, e, kind, value in facts["deadlines"]]
    gold.labels["quantities"] = [
        (s, e, (comparator, Decimal(str(value)), unit)) for s, e, comparator, value, unit in facts["quantities"]
    ]
    return gold


def found_in(plan: Plan) -> dict[str, list[Label]]:
    """Return what a plan holds in the shape of labels, each once."""
    found: dict[str, dict[Label, None]] = {name: {} for name in FIELDS}
    for task in plan.tasks:
        found["tasks"][(task.span.start, task.span.end, "task")] = None
        for party in task.parties:
            span = party.reading.span
            found[party.role][(span.start, span.end, party.name)] = None
        for due in task.deadlines:
            span = due.reading.span
            found["deadlines"][(span.start, span.end, (due.kind, due.value, due.working_days))] = None
        for quantity in task.quantities:
            span = quantity.reading.span
            value = (quantity.comparator, quantity.value, quantity.unit)
            found["quantities"][(span.start, span.end, value)] = None
    return {name: list(labels) for name, labels in found.items()}


@dataclass(frozen=True)
class Score:
    """How many labels there are, how many were found, and how many of those are right."""

    labels: int = 0
    found: int = 0
    right: int = 0

    def __add__(self, other: "Score") -> "Score":
        return Score(self.labels + other.labels, self.found + other.found, self.right + other.right)

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.labels if self.labels else 1.0


def plan_of(gold: Gold) -> Plan:
    """Read a sample; one that is refused holds nothing."""
    try:
        return import_plan(gold.text)
    except PlanTextError:
        return Plan(gold.text, Head())


def score(gold: Gold) -> dict[str, Score]:
    """Return the score of a text by field."""
    found = found_in(plan_of(gold))
    return {
        name: Score(len(gold.labels[name]), len(found[name]), len(matched(name, gold.labels[name], found[name])))
        for name in FIELDS
    }


def score_articles(gold: Gold) -> Score:
    """Return the score of a text's articles; empty where they are not labelled."""
    if gold.articles is None:
        return Score()
    found = [(each.number, each.chapter or 0, each.title) for each in plan_of(gold).articles]
    right = sum((Counter(gold.articles) & Counter(found)).values())
    return Score(len(gold.articles), len(found), right)


def score_objects(gold: Gold) -> Score:
    """Return the score of what is measured, over the labelled quantities that were read right."""
    plan = plan_of(gold)
    names: dict[Label, str] = {
        (q.reading.span.start, q.reading.span.end, (q.comparator, q.value, q.unit)): q.object
        for task in plan.tasks
        for q in task.quantities
    }
    pairs = matched("quantities", gold.labels["quantities"], found_in(plan)["quantities"])
    judged = [(gold.objects[label], names[found]) for label, found in pairs if label in gold.objects]
    right = sum(bool(found) and (label in found or found in label) for label, found in judged)
    return Score(len(judged), len(judged), right)


def matched(name: str, labels: Sequence[Label], found: Iterable[Label]) -> list[tuple[Label, Label]]:
    """Pair each label with one that was found, at most once."""
    free = list(found)
    pairs = []
    for label in labels:
        fits = next((each for each in free if _same(name, label, each)), None)
        if fits is not None:
            free.remove(fits)
            pairs.append((label, fits))
    return pairs


def _same(name: str, label: Label, found: Label) -> bool:
    shared = min(label[1], found[1]) - max(label[0], found[0])
    if shared <= 0 or label[2] != found[2]:
        return False
    together = max(label[1], found[1]) - min(label[0], found[0])
    return name != "tasks" or shared >= 0.6 * together


def unexplained(plan: Plan) -> str:
    """Return the characters, without spaces and the bars of tables, that stand in no task and in no list."""
    kept = bytearray(len(plan.text))
    spans = [task.span for task in plan.tasks] + [left.span for left in plan.unparsed]
    spans += [heading.title_span for heading in (*plan.chapters, *plan.articles)] + [each.span for each in plan.form]
    for span in spans:
        kept[span.start : span.end] = b"\x01" * (span.end - span.start)
    return "".join(
        c
        for c, k in zip(plan.text, kept, strict=True)
        if not k and not c.isspace() and c not in "|│┃｜#●★·•*-" and not re.match(f"[{UNSEEN}]", c)
    )
