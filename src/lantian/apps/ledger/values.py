"""Values of attributes (属性值): typed text in, stored value out, each mistake in one sentence; and back for display.

What people and sheets write is mended where nothing is lost (full-width digits, blanks, dates in the usual ways) and
refused where it would be guessed.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.utils.translation import get_language

from lantian.kernel import identifiers
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.plurals import counted
from lantian.policy.records_ledger import Attribute, Kind

Stored = str | int | float | bool | list[str] | None
YES = frozenset({"是", "有", "已", "√", "✓", "y", "yes", "true", "1", "on"})
NO = frozenset({"否", "无", "未", "×", "✗", "n", "no", "false", "0", "off"})
_DATE = re.compile(r"([12][0-9]{3})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[ T].*)?")
_MONTH = re.compile(r"([12][0-9]{3})[-/.年]([0-9]{1,2})月?")
_COMPACT = re.compile(r"[12][0-9]{7}")
_SPLIT = re.compile(r"[,，;；、/|]")


class WrongValue(LantianError):
    """A value that its attribute does not allow; names the attribute, what was found and what is allowed."""

    def __init__(self, attribute: Attribute, found: object, allowed: Text) -> None:
        shown = _shown(attribute, found)
        super().__init__(
            Text(
                f"“{attribute.zh}”读到{shown.zh}，{allowed.zh}。",
                f"“{attribute.en}” has {shown.en}; {allowed.en}.",
            )
        )
        self.attribute = attribute.name
        self.allowed = allowed


def _shown(attribute: Attribute, found: object) -> Text:
    """What was found, unless it is personal."""
    text = str(found)
    if attribute.sensitivity == "personal":
        return Text(f" {len(text)} 个字符", f"{counted(len(text), 'character')}")
    return Text(f"“{text[:60]}”", f"“{text[:60]}”")


@dataclass(frozen=True)
class Read:
    """What a row or form gave: values by attribute, and problems by attribute (``""`` for the entry as a whole)."""

    values: Mapping[str, Stored]
    problems: Mapping[str, Text]


def read_all(kind: Kind, given: Mapping[str, object], *, complete: bool = True) -> Read:
    """Read every attribute given; with ``complete`` also say which required ones are missing."""
    values: dict[str, Stored] = {}
    problems: dict[str, Text] = {}
    for attribute in kind.attributes:
        if attribute.name not in given:
            if complete and attribute.required:
                problems[attribute.name] = _missing(attribute)
            continue
        try:
            values[attribute.name] = read(attribute, given[attribute.name])
        except LantianError as error:
            problems[attribute.name] = error.text
            continue
        if attribute.required and values[attribute.name] in (None, [], ""):
            problems[attribute.name] = _missing(attribute)
    return Read(values, problems)


def _missing(attribute: Attribute) -> Text:
    return Text(f"“{attribute.zh}”必填。", f"“{attribute.en}” is required.")


def read(attribute: Attribute, found: object) -> Stored:
    """Return a value as it is stored, None for nothing; raises WrongValue or WrongIdentifier."""
    if found is None or (isinstance(found, str) and not identifiers.plain(found)):
        return None
    return _READERS[attribute.type](attribute, found)


def _text(attribute: Attribute, found: object) -> Stored:
    text = identifiers.plain(_plain_number(found))
    if attribute.pattern and not re.fullmatch(attribute.pattern, text):
        example = f"，如 {attribute.example}" if attribute.example else ""
        example_en = f", such as {attribute.example}" if attribute.example else ""
        raise WrongValue(
            attribute,
            found,
            Text(f"应符合格式 {attribute.pattern}{example}", f"it has to match {attribute.pattern}{example_en}"),
        )
    return text


def _plain_number(found: object) -> str:
    """A cell that holds 12.0 where a text is meant was typed as 12."""
    return str(int(found)) if isinstance(found, float) and found.is_integer() else str(found)


def _number(attribute: Attribute, found: object) -> Stored:
    value = _decimal(attribute, found)
    low, high = attribute.low, attribute.high
    if (low is not None and value < low) or (high is not None and value > high):
        unit = f" {attribute.unit}" if attribute.unit else ""
        between = f"{low if low is not None else '−∞'} … {high if high is not None else '∞'}{unit}"
        raise WrongValue(attribute, found, Text(f"应在 {between} 之间", f"it has to lie in {between}"))
    return float(value)


def _decimal(attribute: Attribute, found: object) -> Decimal:
    if isinstance(found, bool):
        raise WrongValue(attribute, found, Text("应为数字", "it has to be a number"))
    text = identifiers.plain(str(found)).replace(",", "").replace(" ", "")
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise WrongValue(attribute, found, Text("应为数字，不带单位和文字", "it has to be a number alone")) from error
    if not value.is_finite():
        raise WrongValue(attribute, found, Text("应为数字", "it has to be a number"))
    return value


def _integer(attribute: Attribute, found: object) -> Stored:
    value = _number(attribute, found)
    if not isinstance(value, float) or not value.is_integer():
        raise WrongValue(attribute, found, Text("应为整数", "it has to be a whole number"))
    return int(value)


def _choice(attribute: Attribute, found: object) -> Stored:
    text = identifiers.plain(_plain_number(found))
    for choice in attribute.choices:
        if text in (choice.id, identifiers.plain(choice.zh), choice.en):
            return choice.id
    raise WrongValue(
        attribute,
        found,
        Text(
            f"可填：{'、'.join(choice.zh for choice in attribute.choices)}",
            f"it may be: {', '.join(choice.en for choice in attribute.choices)}",
        ),
    )


def _choices(attribute: Attribute, found: object) -> Stored:
    parts = found if isinstance(found, (list, tuple)) else _SPLIT.split(str(found))
    return list(dict.fromkeys(str(_choice(attribute, part)) for part in parts if str(part).strip()))


def _flag(attribute: Attribute, found: object) -> Stored:
    if isinstance(found, bool):
        return found
    text = identifiers.plain(_plain_number(found)).lower()
    if text in YES or text in NO:
        return text in YES
    raise WrongValue(attribute, found, Text("可填：是、否", "it may be: yes, no"))


def _date(attribute: Attribute, found: object) -> Stored:
    if isinstance(found, datetime):
        return found.date().isoformat()
    if isinstance(found, date):
        return found.isoformat()
    text = identifiers.plain(_plain_number(found))
    if _COMPACT.fullmatch(text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    parts = _DATE.fullmatch(text)
    try:
        return date(*(int(part) for part in parts.groups())).isoformat() if parts else _no_date(attribute, found)
    except ValueError:
        return _no_date(attribute, found)


def _no_date(attribute: Attribute, found: object) -> str:
    raise WrongValue(attribute, found, Text("应为日期，如 2019-06-01", "it has to be a date such as 2019-06-01"))


def _month(attribute: Attribute, found: object) -> Stored:
    if isinstance(found, date):
        return f"{found:%Y-%m}"
    parts = _MONTH.fullmatch(identifiers.plain(str(found)))
    if parts is None or not 1 <= int(parts[2]) <= 12:
        raise WrongValue(attribute, found, Text("应为年月，如 2019-06", "it has to be a month such as 2019-06"))
    return f"{parts[1]}-{int(parts[2]):02d}"


def _identifier(check: Callable[[str], str]) -> Callable[[Attribute, object], Stored]:
    def reader(attribute: Attribute, found: object) -> Stored:
        return check(_plain_number(found))

    return reader


_READERS: Mapping[str, Callable[[Attribute, object], Stored]] = {
    "text": _text,
    "long_text": _text,
    "number": _number,
    "integer": _integer,
    "choice": _choice,
    "choices": _choices,
    "flag": _flag,
    "date": _date,
    "month": _month,
    "phone": _identifier(identifiers.phone),
    "identity": _identifier(identifiers.identity),
    "plate": _identifier(identifiers.plate),
    "credit_code": _identifier(identifiers.credit_code),
    "vin": _identifier(identifiers.vin),
    "source": _text,
    "organisation": _text,
}


def written(attribute: Attribute, value: Stored) -> str:
    """Return a stored value as a reader sees it, in the language of the page; a dash for nothing."""
    if value is None or value == "" or value == []:
        return "—"
    english = (get_language() or "zh").startswith("en")
    if isinstance(value, bool):
        return ("yes" if value else "no") if english else ("是" if value else "否")
    if attribute.choices:
        names = {choice.id: choice.en if english else choice.zh for choice in attribute.choices}
        parts = value if isinstance(value, list) else [str(value)]
        return (", " if english else "、").join(names.get(part, part) for part in parts)
    if isinstance(value, (int, float)):
        return f"{value:,.{attribute.decimals}f}" if attribute.type == "number" else str(value)
    return str(value)
