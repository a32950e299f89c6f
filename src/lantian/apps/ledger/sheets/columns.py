"""Columns of a ledger's sheet (列): those of every kind and one for each attribute, found by their heads."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from lantian.kernel.errors import Text
from lantian.kernel.identifiers import plain
from lantian.policy.records_ledger import Attribute, Kind

DATUM_NAMES: Mapping[str, str] = {"wgs84": "WGS-84", "gcj02": "GCJ-02", "bd09": "BD-09"}
"""Coordinate systems as sheets write them."""


NO_HELP = Text("", "")


@dataclass(frozen=True)
class Column:
    """A column: ``own`` ones belong to every kind, the others to the attribute that they carry."""

    name: str
    text: Text
    attribute: Attribute | None = None
    required: bool = False
    help: Text = NO_HELP

    @property
    def unit(self) -> str:
        """The unit of a number, else nothing."""
        return (self.attribute.unit or "") if self.attribute else ""

    def head(self, language: str) -> str:
        """Return the head as the template shows it: label, unit, and a star when it must be filled in.

        >>> Column("a", Text("面积", "Area"), required=True).head("en")
        'Area *'
        """
        unit = f" ({self.unit})" if self.unit else ""
        return f"{self.text.in_language(language)}{unit}{' *' if self.required else ''}"


def _own(name: str, zh: str, en: str, help_zh: str = "", help_en: str = "") -> Column:
    return Column(name, Text(zh, en), required=name == "name", help=Text(help_zh, help_en))


_NAMED = (
    _own("code", "编码", "Code", "新增留空，由系统编号；更新已有条目时填写", "leave empty for new entries"),
    _own("name", "名称", "Name"),
    _own(
        "street", "街乡", "Street", "街乡名称或代码；留空按坐标确定", "name or code; found from the position if empty"
    ),
    _own("address", "地址", "Address"),
)
_PLACED = (
    _own("longitude", "经度", "Longitude", "度，如 116.4832", "degrees, such as 116.4832"),
    _own("latitude", "纬度", "Latitude", "度，如 39.9214", "degrees, such as 39.9214"),
    _own("datum", "坐标系", "Datum", "WGS-84、GCJ-02 或 BD-09；留空为 WGS-84", "WGS-84 unless GCJ-02 or BD-09 is said"),
)
_LAST = (
    _own("state", "状态", "State", "新增留空为初始状态", "the first state if empty"),
    _own("reason", "变更事由", "Reason for change", "状态变化须写明时填写", "where a change of state asks for one"),
)


@lru_cache(maxsize=64)
def columns_of(kind: Kind) -> tuple[Column, ...]:
    """Return the columns of a kind's sheet in their order."""
    attributes = tuple(
        Column(one.name, Text(one.zh, one.en), one, one.required, Text(one.help_zh, one.help_en))
        for one in kind.attributes
    )
    placed = _PLACED if kind.geometry != "none" else ()
    return (*_NAMED, *attributes, *placed, *_LAST)


@dataclass(frozen=True)
class Heads:
    """Which column each cell of a head row names; ``strange`` are heads that name none, with the reason."""

    columns: Mapping[int, Column]
    strange: tuple[tuple[str, Text], ...] = ()


_UNIT = re.compile(r"^(.*?)\s*[(\[（]([^()\[\]（）]*)[)\]）]$")
_SPACED = re.compile(r"^(.*\S)\s+(\S+)$")
_NOT_NAMED = Text("不是本台账的列", "no column of this ledger")


def find_heads(kind: Kind, cells: Mapping[int, str]) -> Heads:
    """Return the columns that the cells of a row name, in any order, in Chinese or English, with or without units."""
    known = _by_label(kind)
    found: dict[int, Column] = {}
    strange: list[tuple[str, Text]] = []
    for place, text in cells.items():
        bare = plain(text).rstrip("*").strip()
        if not bare:
            continue
        column, why = _named(known, bare)
        if column is not None and column in found.values():
            column, why = None, Text("同一列出现两次，取前一列", "named twice; the first one counts")
        if column is None:
            strange.append((bare, why))
        else:
            found[place] = column
    return Heads(found, tuple(strange))


def _named(known: Mapping[str, Column], head: str) -> tuple[Column | None, Text]:
    if _key(head) in known:
        return known[_key(head)], _NOT_NAMED
    parts = _UNIT.match(head) or _SPACED.match(head)
    column = known.get(_key(parts[1])) if parts else None
    if parts is None or column is None:
        return None, _NOT_NAMED
    if column.unit and _key(parts[2]) != _key(column.unit):
        return None, Text(f"单位应为 {column.unit}", f"its unit has to be {column.unit}")
    return column, _NOT_NAMED


@lru_cache(maxsize=64)
def _by_label(kind: Kind) -> Mapping[str, Column]:
    """Every label of a kind's columns; a column's own name is one too. Attributes go before own columns."""
    found: dict[str, Column] = {}
    for column in sorted(columns_of(kind), key=lambda one: one.attribute is None):
        for label in (column.text.zh, column.text.en, column.name):
            found.setdefault(_key(label), column)
    return found


def _key(text: str) -> str:
    return re.sub(r"\s+", "", plain(text)).lower()
