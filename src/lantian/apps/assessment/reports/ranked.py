"""Rankings in a bulletin (排名): their rows, figures and sentences, from the table as the snapshot holds it."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from lantian.analysis.league import Change
from lantian.apps.assessment.rankings import RankedPlace, RankingTable
from lantian.apps.assessment.reports.printed import NOTHING, Printed, Row
from lantian.kernel.errors import Text
from lantian.kernel.rounding import half_even
from lantian.policy.bulletin_names import stem

ARROWS = {"up": "↑", "down": "↓"}


def ranked_rows(table: RankingTable) -> Iterator[Row]:
    """One row a place, those without a rank last."""
    for place in table.places:
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
    rows = "，".join(f"{name} {count}" for name, count in place.counts.items()) or NOTHING
    return Printed(
        key=f"{stem(table.record)}_{place.code.replace('-', '_')}",
        label=Text(f"{table.zh}：{place.zh}", f"{table.en}: {place.en}"),
        text=place.value or "",
        exact=None if place.exact is None else Fraction(str(place.exact)),
        unit=table.unit,
        how=table.method,
        source=Text(rows, rows),
        basis=table.basis,
    )


def _text(value: object) -> str:
    return NOTHING if value is None else str(value)


def _interval(place: RankedPlace) -> str:
    if place.low is None or place.high is None:
        return NOTHING
    return f"{place.low:.0f}—{place.high:.0f}"


def _change(found: Change, decimals: int) -> str:
    if found.way in ARROWS:
        return f"{ARROWS[found.way]}{half_even(found.by, decimals)}"
    return "持平" if found.way == "equal" else NOTHING


def _note(place: RankedPlace) -> str:
    return (place.note.zh or NOTHING) if place.state != "ranked" else "并列" if place.tied > 1 else ""


def ranked_figures(table: RankingTable) -> Iterator[Printed]:
    """Return how many places are ranked, in how many bands, and how many are not."""
    counts = {"count": len(table.ranked), "bands": table.bands, "missing_count": len(table.missing)}
    labels = {
        "count": ("参加排名", "ranked"),
        "bands": ("分档", "bands"),
        "missing_count": ("数据不足", "without data"),
    }
    for name, number in counts.items():
        if number:
            label = Text(f"{table.zh}{labels[name][0]}", f"{table.en}, {labels[name][1]}")
            how = Text("计数", "counted")
            yield Printed(
                f"{stem(table.record)}_{name}", label, str(number), Fraction(number), "个", how, how, table.basis
            )


def ranked_words(table: RankingTable, most: int) -> dict[str, str]:
    """Return which places stand first and last; no place is named in both."""
    ranks = [rank for rank in dict.fromkeys(one.rank for one in table.ranked) if rank is not None]
    first, last = ranks[:most], ranks[most:][-most:][::-1]
    words = {
        "first": _named(table, first),
        "last": _named(table, last),
        "risen": _furthest(table, "up", "上升"),
        "fallen": _furthest(table, "down", "下降"),
        "missing": "、".join(one.zh for one in table.missing),
        "excluded": str(len(table.excluded_days)) if table.excluded_days else "",
    }
    return {f"{stem(table.record)}_{name}": text for name, text in words.items()}


def _named(table: RankingTable, ranks: Sequence[int]) -> str:
    parts = []
    for rank in ranks:
        found = [one for one in table.ranked if one.rank == rank]
        names, many = "、".join(one.zh for one in found), len(found) > 1
        value = f"{found[0].value}{table.unit if table.unit != '1' else ''}"
        parts.append(f"{names}{'并列' if many else ''}第{rank}（{'各' if many else ''}{value}）")
    return "；".join(parts)


def _furthest(table: RankingTable, way: str, word: str) -> str:
    moves = [(one, one.climb.by) for one in table.ranked if one.climb.way == way]
    most = max((by for _, by in moves), default=None)
    names = [one.zh for one, by in moves if by == most]
    return f"{'、'.join(names)}（{'各' if len(names) > 1 else ''}{word}{most}位）" if names else ""
