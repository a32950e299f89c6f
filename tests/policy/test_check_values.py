"""The checks of one record serve every type that has the keys, whatever its own schema demands."""

from typing import Any

import pytest

from lantian.policy.check_values import VALUE_CHECKS
from lantian.policy.problems import Where
from lantian.policy.records import Record
from lantian.policy.sentences import schema_problem, show


class Lenient(Record):
    """A type that leaves order, unit and factor to the checker."""

    unit: str | None = None
    factor: str | None = None
    breakpoints: tuple[Any, ...] = ()
    line: tuple[Any, ...] = ()


def kinds(**values: Any) -> list[str]:
    record = Lenient.model_validate({"id": "x", "zh": "某", "en": "some", "article": 1} | values)
    return [problem.kind for check in VALUE_CHECKS for problem in check(record)]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"breakpoints": (0, 35, 75)}, []),
        ({"breakpoints": (0, 35, 35)}, ["not-ascending"]),
        ({"breakpoints": ((0, 0), (35, 50), (None, 100))}, []),
        ({"breakpoints": ((0, 0), (35, 50), (75, 40), (60, 30))}, ["not-ascending"]),
        ({"unit": "µg/m³", "factor": "VOCs"}, []),
        ({"unit": "furlong", "factor": "PM3"}, ["unknown-unit", "unknown-factor"]),
        ({"line": ((116.4, 39.9), (116.5, 39.9))}, []),
        ({"line": ((116.4, 39.9), (116.5, 59.9))}, ["bad-coordinate"]),
    ],
)
def test_order_unit_factor_and_position_are_checked_in_any_type(values: dict[str, Any], found: list[str]) -> None:
    assert kinds(**values) == found


def test_an_error_without_a_sentence_of_its_own_is_still_told() -> None:
    problem = schema_problem(
        {"type": "recursion_loop", "loc": ("when",), "msg": "Recursion error", "input": None, "url": ""},
        Record,
        Where(),
    )
    assert (problem.kind, problem.text.en) == ("bad-value", "when: Recursion error; found None")


def test_a_mistake_told_in_one_language_only_is_passed_on() -> None:
    error = ValueError("odd")
    details: Any = {"type": "value_error", "loc": (), "msg": "odd", "input": {}, "ctx": {"error": error}}
    assert schema_problem(details, Record, Where(file="a.toml")).text.zh == "a.toml：不合要求（odd）"


def test_an_unknown_key_where_no_table_belongs_names_no_allowed_keys() -> None:
    details: Any = {"type": "extra_forbidden", "loc": ("zh", "x"), "msg": "", "input": 1}
    assert schema_problem(details, Record, Where()).allowed is None


def test_a_long_value_is_cut() -> None:
    assert len(show("长" * 200)) == 80
