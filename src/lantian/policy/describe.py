"""Any record as rows of label, value and unit (记录的展示), for pages, the command line and the docs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal

from pydantic import BaseModel

from lantian.kernel.errors import Text
from lantian.kernel.plurals import counted
from lantian.policy.labels import CONFIDENCES, MEASURED_KEYS, OPEN, UNITS_OF_KEYS, key_label
from lantian.policy.records import Record
from lantian.policy.records_rule import Condition


@dataclass(frozen=True)
class Row:
    """One row: the key it comes from, its label, its value in both languages, its unit ("" where none)."""

    key: str
    label: Text
    value: Text
    unit: str = ""


def describe(record: Record) -> tuple[Row, ...]:
    """Return the rows of what the record itself says: all but id, labels, source, dates and confidence.

    >>> from lantian.policy.records_rule import Fact
    >>> fact = Fact(id="t", zh="气温", en="temperature", kind="number", unit="°C", standard="–")
    >>> [(row.key, row.value.en, row.unit) for row in describe(fact)]
    [('kind', 'number', ''), ('unit', '°C', '')]
    """
    return tuple(_rows(record))


def validity(record: Record) -> Text:
    """Return the days on which the record is in force, as text (有效期)."""
    first, last = record.valid_from, record.valid_to
    if first is None and last is None:
        return OPEN
    if first is None:
        return Text(f"至 {last}", f"until {last}")
    if last is None:
        return Text(f"{first} 起", f"from {first}")
    return Text(f"{first} 至 {last}", f"{first} to {last}")


def confidence(record: Record) -> Text:
    """Return how sure the record is, as words (置信)."""
    return CONFIDENCES[record.confidence]


def is_unconfirmed(record: Record) -> bool:
    """Tell whether the record still has to be confirmed against its source."""
    return record.confidence != "A"


def _rows(record: Record) -> Iterator[Row]:
    fields = type(record).model_fields
    measured = [key for key in fields if key in MEASURED_KEYS and getattr(record, key) is not None]
    for key in fields:
        value = getattr(record, key)
        if key in _HEAD or key.endswith("_en") or _is_nothing(value) or (key == "unit" and measured):
            continue
        if key.endswith("_zh"):
            stem = key[:-3]
            yield Row(stem, key_label(stem), Text(str(value), str(getattr(record, f"{stem}_en"))))
        else:
            unit = getattr(record, "unit", "") if key in MEASURED_KEYS else UNITS_OF_KEYS.get(key, "")
            yield Row(key, key_label(key), written(value), unit or "")


_HEAD = frozenset(
    {"id", "zh", "en", "article", "standard", "clause", "valid_from", "valid_to", "confidence"},
)


def _is_nothing(value: object) -> bool:
    return value is None or value == "" or (isinstance(value, (tuple, dict)) and not value)


def written(value: object) -> Text:
    """Write a value of a record for a reader.

    >>> written((Decimal("35"), 50)).en, written(True).zh, written({"CO": 1}).en
    ('(35, 50)', '是', 'CO: 1')
    """
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    if isinstance(value, Condition):
        return condition_text(value)
    if isinstance(value, BaseModel):
        return _pairs({key: getattr(value, key) for key in type(value).model_fields})
    if is_dataclass(value):
        return _pairs({field.name: getattr(value, field.name) for field in fields(value)})
    if isinstance(value, Mapping):
        return _pairs(value)
    if isinstance(value, tuple):
        return _listed(value)
    return Text(*(str(value).removesuffix(".0") if isinstance(value, float) else str(value),) * 2)


def _pairs(value: Mapping[str, object]) -> Text:
    texts = [(key_label(str(key)), written(each)) for key, each in value.items() if not _is_nothing(each)]
    return Text(
        "，".join(f"{label.zh}：{text.zh}" for label, text in texts),
        ", ".join(f"{label.en}: {text.en}" for label, text in texts),
    )


def _listed(value: tuple[object, ...]) -> Text:
    texts = [written(each) for each in value]
    if 0 < len(value) <= SHORT and all(type(each) in (int, Decimal, float, date) for each in value):
        inner = ", ".join(text.en for text in texts)
        return Text(f"({inner})", f"({inner})")
    if all(text.zh == text.en for text in texts):
        return Text(*(", ".join(text.en for text in texts),) * 2)
    nested = any(isinstance(each, BaseModel) or is_dataclass(each) for each in value)
    return Text(
        ("；" if nested else "、").join(t.zh for t in texts), ("; " if nested else ", ").join(t.en for t in texts)
    )


SHORT = 4
"""A tuple of at most as many numbers is one thing, such as a position or a colour, and is written in parentheses."""


def condition_text(condition: Condition) -> Text:
    """Write a condition as a formula over the names of its facts.

    >>> heavy = Condition(fact="aqi", op=">", value=200)
    >>> condition_text(Condition(all=(heavy, Condition(size="days", op=">=", value=2)))).en
    '(aqi > 200 and count of days ≥ 2)'
    """
    form = condition.form
    if form in ("fact", "size"):
        return _leaf_text(condition)
    parts = [condition_text(part) for part in condition.parts]
    if form == "not":
        return Text(f"非 {parts[0].zh}", f"not {parts[0].en}")
    if form == "count":
        return _count_text(condition, parts)
    zh, en = {"all": (" 且 ", " and "), "any": (" 或 ", " or ")}[form]
    return Text(f"（{zh.join(p.zh for p in parts)}）", f"({en.join(p.en for p in parts)})")


def _leaf_text(condition: Condition) -> Text:
    sign = _SIGNS.get(str(condition.op), str(condition.op))
    value = written(condition.value)
    unit = f" {condition.unit}" if condition.unit else ""
    if condition.fact:
        return Text(f"{condition.fact} {sign} {value.zh}{unit}", f"{condition.fact} {sign} {value.en}{unit}")
    days = condition.last_days
    zh, en = (f"近 {days} 天 ", f" in the last {counted(days, 'day')}") if days else ("", "")
    return Text(f"{zh}{condition.size} 个数 {sign} {value.zh}", f"count of {condition.size}{en} {sign} {value.en}")


def _count_text(condition: Condition, parts: list[Text]) -> Text:
    zh = "；".join(part.zh for part in parts)
    en = "; ".join(part.en for part in parts)
    least, most = condition.at_least or 0, condition.at_most if condition.at_most is not None else len(parts)
    return Text(f"{least}–{most} 项成立：（{zh}）", f"{least} to {most} of ({en})")


_SIGNS = {"<=": "≤", ">=": "≥", "!=": "≠"}
