"""Schema mistakes as sentences: what pydantic found wrong, said so that an author of a pack can mend it."""

from collections.abc import Callable, Mapping
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from lantian.kernel.errors import Text
from lantian.policy.problems import Problem, Where, one_of
from lantian.policy.records import BadValueError

Sentence = tuple[str, Text, Text | None]
"""Kind, what is wrong, what is allowed."""


def schema_problem(error: ErrorDetails, model: type[BaseModel], where: Where) -> Problem:
    """Translate one pydantic error about a record or a pack header."""
    key = ".".join(str(part) for part in error["loc"]) or None
    kind, what, allowed = _sentence(error, model)
    found = None if error["type"] in ("missing", "value_error") else show(error["input"])
    place = Where(where.pack, where.file, where.line, where.table, where.record, key)
    return Problem(kind, place, what, found, allowed)


def show(value: object) -> str:
    """Show a found value as TOML would write it, cut to a readable length.

    >>> show("PM2.5"), show(True), show(3)
    ('"PM2.5"', 'true', '3')
    """
    if isinstance(value, bool):
        return str(value).lower()
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


LONGEST_SHOWN = 80


def _sentence(error: ErrorDetails, model: type[BaseModel]) -> Sentence:
    kind = error["type"]
    if kind in _SPECIAL:
        return _SPECIAL[kind](error, model)
    for ending, (slug, allowed) in _TYPES.items():
        if kind.startswith(ending):
            return slug, Text("类型或写法不对", "wrong type or form"), allowed
    return "bad-value", Text(f"不合要求（{error['msg']}）", error["msg"]), None


def _missing(_error: ErrorDetails, _model: type[BaseModel]) -> Sentence:
    return "missing-key", Text("缺少必填键", "a required key is missing"), None


def _unknown(error: ErrorDetails, model: type[BaseModel]) -> Sentence:
    fields = _fields_at(model, error["loc"][:-1])
    allowed = one_of(str(error["loc"][-1]), fields) if fields else None
    return "unknown-key", Text("没有这个键", "there is no such key"), allowed


def _fields_at(model: type[BaseModel], path: tuple[int | str, ...]) -> list[str]:
    """Return the keys that the model allows at a path inside it, as ``("deadlines", 0)``."""
    for step in path:
        inner = model_in(model.model_fields[step].annotation) if step in model.model_fields else model
        if inner is None:
            return []
        model = inner
    return [field.alias or name for name, field in model.model_fields.items()]


def model_in(annotation: object) -> type[BaseModel] | None:
    """Return the model that a field holds, alone, in a tuple or beside None; else None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(model_in, get_args(annotation))), None)


def _pattern(error: ErrorDetails, _model: type[BaseModel]) -> Sentence:
    pattern = error["ctx"]["pattern"]
    if error["loc"][-1] == "id":
        allowed = Text(
            "小写字母、数字、点、横线，以字母或数字开头", "lower-case letters, digits, . _ -, no other first"
        )
        return "bad-id", Text("编号写法不对", "the id is not well formed"), allowed
    return "bad-pattern", Text("写法不对", "not well formed"), Text(f"匹配 {pattern}", f"matching {pattern}")


def _choice(error: ErrorDetails, _model: type[BaseModel]) -> Sentence:
    expected = [part.strip("'") for part in error["ctx"]["expected"].replace(" or ", ", ").split(", ")]
    return (
        _choice_kind(str(error["loc"][-1])),
        Text("不在允许的值之内", "not an allowed value"),
        one_of(str(error["input"]), expected),
    )


def _choice_kind(key: str) -> str:
    return {"confidence": "bad-confidence", "factor": "unknown-factor", "unit": "unknown-unit"}.get(key, "bad-choice")


def _bound(error: ErrorDetails, _model: type[BaseModel]) -> Sentence:
    sign, bound = next((_SIGNS[name], value) for name, value in error["ctx"].items() if name in _SIGNS)
    return "out-of-range", Text("超出允许范围", "out of range"), Text(f"{sign} {bound}", f"{sign} {bound}")


def _length(error: ErrorDetails, _model: type[BaseModel]) -> Sentence:
    context = error["ctx"]
    least, most = context.get("min_length"), context.get("max_length")
    if least == 1:
        return "empty", Text("不能为空", "must not be empty"), None
    bound = Text(f"至少 {least} 项", f"at least {least}") if least else Text(f"至多 {most} 项", f"at most {most}")
    return "bad-length", Text("长度不对", "wrong length"), bound


def _own(error: ErrorDetails, _model: type[BaseModel]) -> Sentence:
    cause = error["ctx"]["error"]
    text = cause.text if isinstance(cause, BadValueError) else Text(f"不合要求（{cause}）", str(cause))
    return _own_kind(text.en), text, None


def _own_kind(sentence: str) -> str:
    known = {
        "needs either article": "no-source",
        "valid_to lies before": "dates-reversed",
        "breakpoints": "not-ascending",
    }
    return next((slug for start, slug in known.items() if sentence.startswith(start)), "bad-value")


_SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
_SPECIAL: Mapping[str, Callable[[ErrorDetails, type[BaseModel]], Sentence]] = {
    "missing": _missing,
    "extra_forbidden": _unknown,
    "string_pattern_mismatch": _pattern,
    "literal_error": _choice,
    "enum": _choice,
    "greater_than": _bound,
    "greater_than_equal": _bound,
    "less_than": _bound,
    "less_than_equal": _bound,
    "string_too_short": _length,
    "string_too_long": _length,
    "too_short": _length,
    "too_long": _length,
    "value_error": _own,
}
_TYPES: Mapping[str, tuple[str, Any]] = {
    "string_": ("wrong-type", Text("加引号的文字", "text in quotes")),
    "int_": ("wrong-type", Text("整数，不加引号", "a whole number without quotes")),
    "decimal_": ("wrong-type", Text("数，不加引号", "a number without quotes")),
    "float_": ("wrong-type", Text("数，不加引号", "a number without quotes")),
    "bool_": ("wrong-type", Text("true 或 false", "true or false")),
    "date_": ("bad-date", Text("日期，如 2018-12-21，不加引号", "a date such as 2018-12-21 without quotes")),
    "datetime_": ("bad-date", Text("时刻，如 2018-12-21T08:00:00+08:00", "a moment such as 2018-12-21T08:00:00+08:00")),
    "tuple_": ("wrong-type", Text("列表 […]", "a list […]")),
    "list_": ("wrong-type", Text("列表 […]", "a list […]")),
    "set_": ("wrong-type", Text("列表 […]", "a list […]")),
    "frozen_set_": ("wrong-type", Text("列表 […]", "a list […]")),
    "dict_": ("wrong-type", Text("表 { … }", "a table { … }")),
    "mapping_": ("wrong-type", Text("表 { … }", "a table { … }")),
    "model_": ("wrong-type", Text("表 { … }", "a table { … }")),
}
