"""Which of a pack's organisations a printed name means (单位对应)."""

import re
from collections.abc import Iterable, Mapping

from lantian.policy.records_plan import Organisation

_PLACE = re.compile(r"^(?:[省市区县旗](?=.))")


def name_table(organisations: Iterable[Organisation]) -> Mapping[str, str]:
    """Return the ids by name, full name and alias; a name that two organisations share means neither."""
    found: dict[str, str] = {}
    shared: set[str] = set()
    for organisation in organisations:
        for name in {organisation.zh, organisation.official_zh or organisation.zh, *organisation.aliases}:
            if found.setdefault(_plain(name), organisation.id) != organisation.id:
                shared.add(_plain(name))
    return {name: key for name, key in found.items() if name not in shared}


def resolve(name: str, table: Mapping[str, str]) -> str:
    """Return the id of the organisation that a printed name means, or nothing.

    A name is taken as printed, or else, where it names no place, with 区 or 县 before it.

    >>> resolve("区 环保局", {"区环保局": "environment"}), resolve("环保局", {"区环保局": "environment"})
    ('environment', 'environment')
    >>> resolve("市水务局", {"区环保局": "environment"})
    ''
    """
    plain = _plain(name)
    tried = (plain, *((f"区{plain}", f"县{plain}") if not _PLACE.match(plain) else ()))
    return next((table[each] for each in tried if each in table), "")


def _plain(name: str) -> str:
    return "".join(name.split())
