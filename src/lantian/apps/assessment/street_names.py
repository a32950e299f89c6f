"""Streets by name (街乡名称): lists call the same place 街道, 地区, 乡, 镇 or by its office, and mean one street."""

import re
from collections.abc import Iterable, Mapping

from lantian.apps.assessment.rules import pack
from lantian.policy.records_plan import Area

_KIND = re.compile(r"(?:街道|地区|乡|镇)?(?:办事处|街道办事处|地区办事处|人民政府)?$")


def stem(name: str) -> str:
    """Return a street's name without what kind of place it is.

    >>> stem("管庄乡"), stem("管庄地区办事处"), stem("三里屯街道")
    ('管庄', '管庄', '三里屯')
    """
    said = name.strip().replace(" ", "")
    short = _KIND.sub("", said)
    return short if len(short) > 1 else said


def street_codes(areas: Iterable[Area] | None = None) -> Mapping[str, str]:
    """Return the codes of the pack's streets by every name that they go by."""
    found: dict[str, str] = {}
    for area in pack().all(Area) if areas is None else areas:
        if area.kind in ("street", "township"):
            for name in (area.zh, area.short, *area.aliases):
                found.setdefault(stem(name), area.id)
    return found


def district_names() -> frozenset[str]:
    """Return how the pack's own district is called in lists."""
    code = pack().header.jurisdiction.removeprefix("cn-")
    names = {area.zh for area in pack().all(Area) if area.id == code}
    return frozenset(names | {name.removesuffix("区") for name in names})
