"""Rankings in a bulletin (排名): their rows, figures and sentences, from the table as the snapshot holds it."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from lantian.analysis.league import Change
from lantian.apps.assessment.ranking_words import counts_said
from lantian.apps.assessment.rankings import RankedPlace, RankingTable
from lantian.apps.assessment.reports.printed import NOTHING, Printed, Row
from lantian.kernel.errors import Text
from lantian.kernel.rounding import half_even
from lantian.policy.bulletin_names import stem
from lantian.policy.bulletins import Equals, ends
from lantian.policy.records_plan import UNITS

ARROWS = {"up": "↑", "down": "↓"}


def ranked_rows(table: RankingTable) -> Iterator[Row]:
    """One row a place, those without a rank last; what has nothing of the kind is named in a sentence instead."""
    for place in table.places:
        if place.state == "excluded":
            continue
        yield {
            "rank": _text(place.rank),
            "place": place.zh,
            "value": _printed(table, place),
            "band": _text(place.band),
            "interval": _interval(place),
            "before": _text(place.before),
            "change": _change(place.change, table.decimals),
            "rank_change": _change(place.climb, 0),
            "last_year": _text(place.year_before),
            "last_year_change": _change(place.year_change, table.decimals),
            "cumulative": _text(place.cumulative),
            "cumulative_rank": _text(place.cumulative_rank),
            "note": _note(place),
        }


def _printed(table: RankingTable, place: RankedPlace) -> Printed:
    return Printed(
        key=f"{stem(table.record)}_{place.code.replace('-', '_')}",
        label=Text(f"{table.zh}：{place.zh}", f"{table.en}: {place.en}"),
        text=place.value or "",
        exact=None if place.exact is None else Fraction(str(place.exact)),
        unit=table.unit,
        how=table.method,
        source=_rows(place),
        basis=table.basis,
    )


def _rows(place: RankedPlace) -> Text:
    """Say what a place's value was counted from."""
    named = counts_said(place.counts)
    return Text(
        "，".join(f"{label.zh} {count}" for label, count in named) or NOTHING,
        ", ".join(f"{label.en} {count}" for label, count in named) or NOTHING,
    )


def _text(value: object) -> str:
    return NOTHING if value is None else str(value)


def _interval(place: RankedPlace) -> str:
    if place.low is None or place.high is None:
        return NOTHING
    low, high = f"{place.low:.0f}", f"{place.high:.0f}"
    return low if low == high else f"{low}—{high}"


def _change(found: Change, decimals: int) -> str:
    if found.way in ARROWS:
        return f"{ARROWS[found.way]}{half_even(found.by, decimals)}"
    return "持平" if found.way == "equal" else NOTHING


def _note(place: RankedPlace) -> str:
    return (place.note.zh or NOTHING) if place.state != "ranked" else "并列" if place.tied > 1 else ""


def ranked_figures(table: RankingTable) -> Iterator[Printed]:
    """Return how many places are ranked, in how many bands that hold equals, and how many are not."""
    absent = [one for one in table.places if one.state == "excluded"]
    counts = {
        "count": len(table.ranked), "bands": table.bands if alike(table) else 0, "missing_count": len(table.missing),
        "absent_count": len(absent),
    }  # fmt: skip
    labels = {
        "count": ("参加排名", "ranked"),
        "bands": ("分档", "bands"),
        "missing_count": ("数据不足", "with too little data"),
        "absent_count": ("没有数据", "without any data"),
    }
    for name, number in counts.items():
        if number:
            label = Text(f"{table.zh}{labels[name][0]}", f"{table.en}, {labels[name][1]}")
            how = Text("计数", "counted")
            yield Printed(
                f"{stem(table.record)}_{name}", label, str(number), Fraction(number), "个", how, how, table.basis
            )


def alike(table: RankingTable) -> bool:
    """Tell whether some places of different ranks share a band; where all is counted, a band is a rank."""
    return table.bands < len({one.rank for one in table.ranked})


def ranked_words(table: RankingTable, most: int) -> dict[str, str]:
    """Return which places stand first and last; no place is named in both."""
    first, last = ends(_groups(table), most, "个街乡" if table.of == "street" else "家")
    words = {
        "first": first,
        "last": last,
        "same": "1" if table.bands == 1 and alike(table) else "",
        "risen": _furthest(table, "up", "上升"),
        "fallen": _furthest(table, "down", "下降"),
        "missing": "、".join(one.zh for one in table.missing),
        "absent": "、".join(one.zh for one in table.places if one.state == "excluded"),
        "excluded": str(len(table.excluded_days)) if table.excluded_days else "",
    }
    return {f"{stem(table.record)}_{name}": text for name, text in words.items()}


MEASURED: Mapping[str, str] = {"mg/m³": "毫克/立方米", "g/m²": "克/平方米", "1": "分"}
"""Units beside those of the plan's quantities, as a paper writes them out."""


def unit_written(unit: str) -> str:
    """Return a unit as a paper writes it out.

    >>> unit_written("µg/m³"), unit_written("g/m²"), unit_written("1")
    ('微克/立方米', '克/平方米', '分')
    """
    return UNITS[unit].zh if unit in UNITS else MEASURED.get(unit, unit)


def _groups(table: RankingTable) -> list[Equals]:
    found: dict[int | None, list[RankedPlace]] = {}
    for one in table.ranked:
        found.setdefault(one.rank, []).append(one)
    unit = unit_written(table.unit)
    return [Equals(rank, tuple(one.zh for one in own), f"{own[0].value}{unit}") for rank, own in found.items()]


def _furthest(table: RankingTable, way: str, word: str) -> str:
    moves = [(one, one.climb.by) for one in table.ranked if one.climb.way == way]
    most = max((by for _, by in moves), default=None)
    names = [one.zh for one, by in moves if by == most]
    return f"{'、'.join(names)}（{'各' if len(names) > 1 else ''}{word}{most}位）" if names else ""
