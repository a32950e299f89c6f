"""What a bulletin says of a period (通报的说法): the figures of a league put into the pack's own words.

Grammar lies in the data and in ``moved``: each change has one wording for more, for less and for the same, and equal
places are named together. Nothing here reads a clock or a store, so the same snapshot always says the same.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction

from lantian.analysis.league import Change, League, Standing, change, climb
from lantian.kernel.instants import BEIJING
from lantian.kernel.periods import Period
from lantian.kernel.rounding import half_even
from lantian.policy.bulletin_names import MOVED
from lantian.policy.records_bulletin import BulletinBlockRecord, BulletinRecord, ColumnRecord, PhraseRecord, TableRecord
from lantian.policy.records_document import filled

QUARTERS = ("", "第一季度", "第二季度", "第三季度", "第四季度")
RATE_DECIMALS = 1


@dataclass(frozen=True)
class Told:
    """All that a bulletin is made from.

    names: of places by code. sorts: names of what counts. requirements: written by the drafter. known: as-of instant.
    snapshot: its number as printed.
    """

    period: Period
    now: League
    before: League
    names: Mapping[str, str]
    sorts: Mapping[str, str]
    snapshot: str
    known: datetime
    requirements: str = ""


@dataclass(frozen=True)
class TableText:
    """A table in words. widths and left as the pack has them."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    left: tuple[int, ...]


@dataclass(frozen=True)
class Part:
    """A part of the bulletin in words: a heading, a text, a table, or the name of a map with its caption."""

    heading: str = ""
    level: int = 1
    text: str = ""
    table: TableText | None = None
    map: str = ""
    caption: str = ""


@dataclass(frozen=True)
class Wording:
    """A bulletin in words."""

    title: str
    parts: tuple[Part, ...]
    remark: str
    values: Mapping[str, str] = field(default_factory=dict)


def joined(said: Iterable[tuple[BulletinBlockRecord, Part]]) -> tuple[Part, ...]:
    """Return the parts that are said, texts that join the one before them in its paragraph."""
    found: list[Part] = []
    for block, part in said:
        if block.joins and found and found[-1].text:
            found[-1] = replace(found[-1], text=found[-1].text + part.text)
        else:
            found.append(part)
    return tuple(found)


# --- figures in words


def values_of(record: BulletinRecord, told: Told) -> dict[str, str]:
    """Return what the names of ``KNOWN`` and the bulletin's phrases stand for; "" where there is nothing to say."""
    now = told.now
    some = now.checks > 0
    few = [one for one in now.by_checks() if one.state == "few"]
    silent = [one for one in now.standings if one.state == "silent"] if some else []
    values = {
        "period": period_words(told.period),
        "first_day": _day(told.period.first, told.period),
        "last_day": _day(told.period.last, told.period),
        "places": str(len(now.standings)),
        "checks": str(now.checks),
        "violations": str(now.violations),
        "rate": percent(now.rate),
        "sorts": "、".join(f"{told.sorts.get(sort, sort)}{count}次" for sort, count in _sorts(now)),
        "least": str(now.rule.least),
        "level": str(record.level_percent),
        "few": listed([f"{told.names[one.place]}（{one.violations}/{one.checks}）" for one in few]),
        "few_count": str(len(few)) if few else "",
        "silent": "、".join(told.names[one.place] for one in silent),
        "silent_count": str(len(silent)) if silent else "",
        "any": "1" if some else "",
        "nothing": "" if some else "1",
        "compared": "1" if some and told.before.checks else "",
        "no_before": "1" if some and not told.before.checks else "",
        "requirements": told.requirements.strip(),
        "snapshot": told.snapshot,
        "known": moment_words(told.known),
    }
    values |= _extremes(record, told)
    told_here = [one for one in record.phrases if one.moved in MOVED["checks"]]
    return values | {one.id: moved(one, change_of(one.moved, told)) for one in told_here}


def _sorts(found: League) -> list[tuple[str, int]]:
    totals: dict[str, int] = {}
    for standing in found.standings:
        for sort, count in standing.sorts:
            totals[sort] = totals.get(sort, 0) + count
    return sorted(totals.items(), key=lambda one: (-one[1], one[0]))


def _extremes(record: BulletinRecord, told: Told) -> dict[str, str]:
    checked = [one for one in told.now.by_checks() if one.checks and one.checks_rank]
    rated = [one for one in told.now.by_rate() if one.rate_rank]
    climbs = [(one, rank_change(one, told.before)) for one in told.now.by_checks()]
    checks = ends(_groups(checked, told.names, lambda one: (one.checks_rank, f"{one.checks}次")), record.shown)
    rates = ends(_groups(rated, told.names, lambda one: (one.rate_rank, f"{percent(one.rate)}%")), record.shown)
    return {
        "checks_first": checks[0],
        "checks_last": checks[1],
        "rate_first": rates[0],
        "rate_last": rates[1],
        "risen": _furthest([(one, moved) for one, moved in climbs if moved.way == "up"], told.names, "上升"),
        "fallen": _furthest([(one, moved) for one, moved in climbs if moved.way == "down"], told.names, "下降"),
        "ties": "、".join(_ties(told)),
    }


Ranked = Callable[[Standing], tuple[int | None, str]]
TOGETHER = 8
"""Places of one rank that a sentence lists; of more it names the first and says how many they are."""
NAMED_OF_MANY = 3


@dataclass(frozen=True)
class Equals:
    """The places of one rank. value: theirs, as printed with its unit."""

    rank: int | None
    names: tuple[str, ...]
    value: str


def ends(groups: Sequence[Equals], most: int, noun: str = "个街乡") -> tuple[str, str]:
    """Name the first ranks and, from the last on, the last ones: as many as it takes to name so many places.

    No place is named in both. noun: what many equal places are counted as.

    >>> ends([Equals(1, ("甲",), "9次"), Equals(2, ("乙", "丙"), "7次"), Equals(4, ("丁",), "1次")], 1)
    ('甲第1（9次）', '丁第4（1次）')
    >>> ends([Equals(1, tuple("甲乙丙丁戊己庚辛壬"), "2次"), Equals(10, ("癸",), "0次")], 3)
    ('甲、乙、丙等9个街乡并列第1（各2次）', '癸第10（0次）')
    """
    first = _as_many(groups, most)
    last = _as_many(groups[len(first) :][::-1], most)
    return "；".join(_equals(one, noun) for one in first), "；".join(_equals(one, noun) for one in last)


def listed(names: Sequence[str], noun: str = "") -> str:
    """Return names in a row; of many the first, and how many they are where a noun says of what.

    >>> listed(tuple("甲乙丙")), listed(tuple("甲乙丙丁戊己庚辛壬"), "家"), listed(tuple("甲乙丙丁戊己庚辛壬"))
    ('甲、乙、丙', '甲、乙、丙等9家', '甲、乙、丙等')
    """
    if len(names) <= TOGETHER:
        return "、".join(names)
    return f"{'、'.join(names[:NAMED_OF_MANY])}等{f'{len(names)}{noun}' if noun else ''}"


def _as_many(groups: Sequence[Equals], most: int) -> Sequence[Equals]:
    named = 0
    for number, one in enumerate(groups):
        if named >= most:
            return groups[:number]
        named += len(one.names)
    return groups


def _equals(one: Equals, noun: str) -> str:
    if len(one.names) == 1:
        return f"{one.names[0]}第{one.rank}（{one.value}）"
    return f"{listed(one.names, noun)}并列第{one.rank}（各{one.value}）"


def _groups(ordered: Sequence[Standing], names: Mapping[str, str], rank: Ranked) -> list[Equals]:
    """Return the places by rank, those of one rank together."""
    found: dict[tuple[int | None, str], list[str]] = {}
    for one in ordered:
        found.setdefault(rank(one), []).append(names[one.place])
    return [Equals(place, tuple(named), value) for (place, value), named in found.items()]


def _furthest(moves: Sequence[tuple[Standing, Change]], names: Mapping[str, str], word: str) -> str:
    furthest = max((moved.by for _, moved in moves), default=None)
    named = [names[one.place] for one, moved in moves if moved.by == furthest]
    each = "各" if len(named) > 1 else ""
    return f"{'、'.join(named)}（{each}{word}{furthest}位）" if named else ""


def _ties(told: Told) -> list[str]:
    ranks: dict[int, list[str]] = {}
    for one in told.now.by_checks():
        if one.checks_rank and one.checks:
            ranks.setdefault(one.checks_rank, []).append(told.names[one.place])
    return [f"{'、'.join(named)}并列第{rank}" for rank, named in ranks.items() if len(named) > 1]


def change_of(figure: str, told: Told) -> Change:
    """Return how a total of the period moved; nothing can be compared where the period before had no check."""
    if not told.before.checks:
        return Change("none")
    return change(getattr(told.now, figure), getattr(told.before, figure))


def moved(phrase: PhraseRecord, found: Change) -> str:
    """Put a change into the words of its way; of a rate in percentage points. What rounds to nothing is the same."""
    size = f"{half_even(found.by * 100, RATE_DECIMALS)}" if phrase.moved == "rate" else str(found.by)
    if found.way in {"up", "down"} and Fraction(size) == 0:
        return phrase.equal
    words = {"up": phrase.up, "down": phrase.down, "equal": phrase.equal, "none": phrase.none}
    return filled(words[found.way], {"by": size})


def rank_change(one: Standing, before: League) -> Change:
    """Return how a place's rank of checks moved against the period before."""
    past = before.of(one.place)
    return climb(one.checks_rank, past.checks_rank if past else None)


# --- tables


def table_text(table: TableRecord, told: Told, caption: str) -> TableText:
    """Put all places into a table."""
    ordered = told.now.by_checks() if table.order == "checks" else told.now.by_rate()
    rows = tuple(tuple(cell(column, one, told) for column in table.columns) for one in ordered)
    left = tuple(place for place, column in enumerate(table.columns) if column.left)
    heads, widths = tuple(one.head for one in table.columns), tuple(one.width for one in table.columns)
    return TableText(caption, heads, rows, widths, left)


def cell(column: ColumnRecord, one: Standing, told: Told) -> str:
    """Return what a column says of a place; — where there is nothing to say."""
    past = told.before.of(one.place)
    had = told.before.checks > 0 and past is not None
    texts = {
        "place": told.names[one.place],
        "checks_rank": _rank(one.checks_rank),
        "rate_rank": _rank(one.rate_rank),
        "checks": str(one.checks),
        "violations": str(one.violations),
        "rate": rate_text(one),
        "interval": _interval(one),
        "checks_before": str(past.checks) if past and had else MISSING,
        "rank_change": arrow(rank_change(one, told.before)),
        "checks_change": arrow(change(one.checks, past.checks if past and had else None)),
        "rate_change": _points(change(one.rate, past.rate if past else None)),
        "note": _note(one),
    }
    return texts[column.shows]


MISSING = "—"


def _rank(rank: int | None) -> str:
    return MISSING if rank is None else str(rank)


def rate_text(one: Standing) -> str:
    """Return a rate in percent; one of few checks with its counts, so that nobody reads more into it.

    >>> from lantian.analysis.league import Standing
    >>> rate_text(Standing("a", 3, 1, (), "few")), rate_text(Standing("a", 8, 1, (), "ranked"))
    ('33.3（1/3）', '12.5')
    """
    return f"{percent(one.rate)}（{one.violations}/{one.checks}）" if one.state == "few" else percent(one.rate)


def _interval(one: Standing) -> str:
    if one.interval is None:
        return MISSING
    return f"{one.interval.low * 100:.1f}—{one.interval.high * 100:.1f}"


def _note(one: Standing) -> str:
    if one.state == "silent":
        return "无检查"
    if one.state == "few":
        return "检查少"
    return "并列" if one.tied[0] > 1 else ""


def arrow(found: Change) -> str:
    """Return a change as a table prints it.

    >>> arrow(Change("up", Fraction(2))), arrow(Change("equal")), arrow(Change("none"))
    ('↑2', '持平', '—')
    """
    return {"up": f"↑{found.by}", "down": f"↓{found.by}", "equal": "持平", "none": MISSING}[found.way]


def _points(found: Change) -> str:
    size = half_even(found.by * 100, RATE_DECIMALS)
    if found.way in {"up", "down"} and size == 0:
        return arrow(Change("equal"))
    return {"up": f"↑{size}", "down": f"↓{size}"}.get(found.way, arrow(found))


# --- numbers and times


def percent(rate: Fraction | None) -> str:
    """Return a share in percent with one decimal, rounded half to even (GB/T 8170).

    >>> percent(Fraction(1, 3)), percent(None)
    ('33.3', '—')
    """
    return MISSING if rate is None else str(half_even(rate * 100, RATE_DECIMALS))


def period_words(period: Period) -> str:
    """Return a period as papers write it.

    >>> period_words(Period.read("2026-W47")), period_words(Period.read("2026-Q4")), period_words(Period.read("2026"))
    ('2026年第47周', '2026年第四季度', '2026年')
    """
    of_span = {"week": f"第{period.number}周", "month": f"{period.number}月", "year": ""}
    return f"{period.year}年{of_span.get(period.span, QUARTERS[period.number % len(QUARTERS)])}"


def moment_words(instant: datetime) -> str:
    """Return an instant as papers write it, in Beijing time.

    >>> from datetime import UTC
    >>> moment_words(datetime(2026, 11, 23, 1, 5, tzinfo=UTC))
    '2026年11月23日9时05分'
    """
    local = instant.astimezone(BEIJING)
    return f"{local.year}年{local.month}月{local.day}日{local.hour}时{local.minute:02}分"


def _day(day: date, period: Period) -> str:
    """Return a day of a period; with its year where the period lies in two."""
    year = f"{day.year}年" if period.first.year != period.last.year else ""
    return f"{year}{day.month}月{day.day}日"
