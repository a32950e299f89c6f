"""Layouts of observation files (文件格式) as data."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, cast

from lantian.kernel.factors import Factor
from lantian.lake.imports.errors import ImportFileError

Label = Literal["start", "end"]

_FILE = Path(__file__).with_name("layouts.toml")
_RENAMED = ("station", "time", "factor", "value", "unit")


@dataclass(frozen=True)
class ValueColumn:
    """A column of values: its name and how many units of the factor ×1/``divisor`` one unit of the column is.

    times, divisor: a value of the column times ``times / divisor`` is a value in the factor's own unit.
    """

    name: str
    times: int
    divisor: int


@dataclass(frozen=True)
class Layout:
    """How a file is laid out.

    label: whether hh:00 names the hour that starts or the hour that ends there.
    time_parts: columns year, month, day, hour that may stand in for ``time``.
    values: value columns of a wide layout (宽表); empty in a long one (长表), where ``factor``, ``value`` name columns.
    marks: columns that tell this layout from others.
    units: default unit by factor where a long file has no unit column; names: the user's own spelling of factors.
    """

    name: str
    zh: str
    en: str
    label: Label
    station: str
    time: str
    time_parts: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    values: Mapping[Factor, ValueColumn] = field(default_factory=dict)
    factor: str = ""
    value: str = ""
    unit: str = ""
    names: Mapping[str, Factor] = field(default_factory=dict)
    units: Mapping[Factor, str] = field(default_factory=dict)

    @property
    def long(self) -> bool:
        """Whether a row holds one value."""
        return not self.values

    @property
    def factors(self) -> tuple[Factor, ...]:
        """The factors that a row's array holds, in order."""
        return tuple(Factor) if self.long else tuple(self.values)

    def required(self) -> tuple[str, ...]:
        """The columns that a file must have; the time may come in parts instead."""
        own = (self.factor, self.value) if self.long else tuple(column.name for column in self.values.values())
        return (self.station, self.time, *own)

    def fingerprint(self) -> str:
        """Everything that decides how a row is read, as text."""
        return repr((self.name, self.label, self.station, self.time, self.values, self.factor, self.value, self.unit,
                     sorted(self.names.items()), sorted(self.units.items())))  # fmt: skip


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    with _FILE.open("rb") as file:
        return tomllib.load(file)


def layout_names() -> tuple[str, ...]:
    """Return the names of the layouts."""
    return tuple(_data()["layout"])


def layout(name: str) -> Layout:
    """Return a layout; ImportFileError names those there are."""
    known = _data()["layout"]
    if name not in known:
        listed = ", ".join(known)
        raise ImportFileError(
            f"没有格式“{name}”，可用：{listed}。", f"There is no layout {name!r}; there are {listed}."
        )
    table = dict(known[name])
    columns = {Factor(key): _value_column(Factor(key), made) for key, made in table.pop("factors", {}).items()}
    for key in ("time_parts", "marks"):
        table[key] = tuple(table[key])
    return Layout(name=name, values=columns, **table)


def _value_column(factor: Factor, made: Mapping[str, str]) -> ValueColumn:
    return ValueColumn(made["column"], *unit_ratio(made["unit"], factor))


def unit_ratio(unit: str, factor: Factor) -> tuple[int, int]:
    """Return the exact ratio that turns a unit into the factor's own; ImportFileError names the units there are.

    >>> unit_ratio("µg/m³", Factor.CO)
    (1, 1000)
    """
    known = _data()["units"]
    if unit.strip() not in known:
        listed = ", ".join(known)
        raise ImportFileError(f"没有单位“{unit}”，可用：{listed}。", f"There is no unit {unit!r}; there are {listed}.")
    times, divisor = known[unit.strip()], known[factor.unit]
    return (times // divisor, 1) if times >= divisor else (1, divisor // times)


def known_units() -> tuple[str, ...]:
    """Return every spelling of a unit."""
    return tuple(_data()["units"])


def plausible(factor: Factor) -> float | None:
    """Return the value above which a reading is marked as suspect [the factor's unit]; None where none is set."""
    found = _data()["plausible"].get(factor.value)
    return None if found is None else float(found)


def missing_texts() -> tuple[str, ...]:
    """Return the texts that stand for a missing value."""
    return tuple(_data()["missing"]["texts"])


def factor_of(text: str, names: Mapping[str, Factor]) -> Factor | None:
    """Return the factor that a text names: the user's own names, ours, HJ 212 codes, usual spellings.

    >>> factor_of("pm2_5", {}), factor_of("a05024", {})
    (<Factor.PM25: 'PM2.5'>, <Factor.O3: 'O3'>)
    """
    if text.strip() in names:
        return names[text.strip()]
    return _spellings().get(_plain(text))


@lru_cache(maxsize=1)
def _spellings() -> dict[str, Factor]:
    found = {_plain(key): Factor(value) for key, value in _data()["spelling"].items()}
    for factor in Factor:
        found[_plain(factor.value)] = found[_plain(factor.code)] = factor
    return found


def _plain(text: str) -> str:
    return text.strip().lower().replace(" ", "").replace(".", "").replace("_", "")


def with_label(chosen: Layout, label: str | None) -> Layout:
    """Return the layout with another label rule."""
    return chosen if label is None else replace(chosen, label=cast(Label, label))


def with_mapping(chosen: Layout, mapping: Mapping[str, Any]) -> Layout:
    """Return a layout with the names of a mapping: tables ``columns``, ``factors``, ``units``, and ``label``.

    columns: our name → the file's, as ``station = "站点"``. factors: the file's name → ours. units: factor → unit.
    """
    columns = {str(key): str(value) for key, value in mapping.get("columns", {}).items()}
    _refuse_unknown("columns", columns, _RENAMED)
    _refuse_unknown("", mapping, ("columns", "factors", "units", "label"))
    if mapping.get("label", "start") not in ("start", "end"):
        _refuse("label", str(mapping["label"]), ("start", "end"))
    names = {str(key): _known_factor(str(value)) for key, value in mapping.get("factors", {}).items()}
    units = {_known_factor(str(key)): str(value) for key, value in mapping.get("units", {}).items()}
    for factor, unit in units.items():
        unit_ratio(unit, factor)
    made = replace(chosen, names=names, units=units, **cast(dict[str, Any], columns))
    return with_label(made, mapping.get("label"))


def _known_factor(text: str) -> Factor:
    found = factor_of(text, {})
    if found is None:
        _refuse("factors", text, tuple(Factor))
    return cast(Factor, found)


def _refuse_unknown(table: str, found: Mapping[str, Any], allowed: Sequence[str]) -> None:
    for key in found:
        if key not in allowed:
            _refuse(table, key, allowed)


def _refuse(table: str, found: str, allowed: Sequence[str]) -> None:
    listed = ", ".join(allowed)
    raise ImportFileError(
        f"映射文件的 {table} 里有“{found}”，只可用：{listed}。",
        f"The mapping's {table} has {found!r}; allowed are {listed}.",
    )
