"""The city's lists of its worst streets in a bulletin (全市倒数名次): where ours stand, and who is to be notified."""

from collections.abc import Mapping

from lantian.apps.assessment.reports.facts import CityRanks, ReportFacts


def city_words(facts: ReportFacts) -> dict[str, str]:
    """Return what sentences say of the lists of the period; nothing where none was imported."""
    if not facts.city:
        return {}
    worst = [name for one in facts.city for rank, name in one.places if rank <= one.worst]
    said = [f"{_span(one)}{_named(one.places)}" for one in facts.city if one.places]
    return {
        "city_known": "1",
        "city": "；".join(said),
        "city_last": str(max(one.worst for one in facts.city)),
        "city_worst": "、".join(dict.fromkeys(worst)),
        "city_worst_count": str(len(set(worst))) if worst else "",
    }


def _span(one: CityRanks) -> str:
    (_, month, first), (_, other, last) = (map(int, day.split("-")) for day in (one.first, one.last))
    return f"{month}月{first}日至{f'{other}月' if other != month else ''}{last}日"


def _named(places: tuple[tuple[int, str], ...]) -> str:
    """Name the streets with their ranks.

    >>> _named(((5, "豆各庄地区"), (16, "管庄地区"), (16, "三里屯街道")))
    '豆各庄地区倒数第5、管庄地区和三里屯街道并列倒数第16'
    """
    found: Mapping[int, list[str]] = {rank: [] for rank, _ in places}
    for rank, name in places:
        found[rank].append(name)
    return "、".join(f"{'和'.join(own)}{'并列' if len(own) > 1 else ''}倒数第{rank}" for rank, own in found.items())
