"""The rule engine: at, below and above each bound, by the event's date, and never a silent "no"."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.policy.facts import Known, Measured, RuleError, comparable_units
from lantian.policy.reader import load_pack
from lantian.policy.records_rule import Condition, Fact, Rule
from lantian.policy.rules import Case, Decision, decide, decide_by, judge
from tests.policy.conftest import WritePack

DAY = date(2019, 12, 9)


def fact(name: str, kind: str = "number", **more: Any) -> Fact:
    return Fact.model_validate(
        {"id": name, "zh": f"事实{name}", "en": f"fact {name}", "kind": kind, "standard": "S"} | more
    )


FACTS: Mapping[str, Fact] = {
    each.id: each
    for each in (
        fact("aqi", unit="1"),
        fact("pm25", unit="µg/m³"),
        fact("duration", unit="h"),
        fact("heat", unit="°C"),
        fact("level", "text", choices=("yellow", "orange", "red")),
        fact("trade", "text"),
        fact("winter", "flag"),
        fact("due", "day"),
        fact("penalties", "days"),
        fact("labels", "texts"),
        *(fact(name, "flag") for name in "abc"),
    )
}


def holds(condition: Mapping[str, object], **known: Any) -> bool | None:
    return judge(Condition.model_validate(condition), Case(known, FACTS, DAY)).holds


def because(condition: Mapping[str, object], **known: Any) -> list[str]:
    return [text.en for text in judge(Condition.model_validate(condition), Case(known, FACTS, DAY)).because]


@pytest.mark.parametrize(
    ("op", "below", "at", "above"),
    [
        ("<", True, False, False),
        ("<=", True, True, False),
        ("=", False, True, False),
        ("!=", True, False, True),
        (">=", False, True, True),
        (">", False, False, True),
    ],
)
def test_a_number_is_compared_below_at_and_above_the_bound(op: str, below: bool, at: bool, above: bool) -> None:
    bound = {"fact": "aqi", "op": op, "value": 200}
    values = (Decimal("199.999"), 200, Decimal("200.001"))
    assert [holds(bound, aqi=value) for value in values] == [below, at, above]


@pytest.mark.parametrize(("day", "before"), [(8, True), (9, False), (10, False)])
def test_a_day_is_compared_with_a_day(day: int, before: bool) -> None:
    assert holds({"fact": "due", "op": "<", "value": DAY}, due=date(2019, 12, day)) is before


@pytest.mark.parametrize(
    ("value", "unit", "found"),
    [
        ("0.074", "mg/m³", False),
        ("0.075", "mg/m³", True),
        ("0.076", "mg/m³", True),
        ("75", "µg/m³", True),
        ("74.9", "µg/m³", False),
    ],
)
def test_units_of_one_quantity_are_compared_exactly(value: str, unit: str, found: bool) -> None:
    assert holds({"fact": "pm25", "op": ">=", "value": 75}, pm25=Measured(Decimal(value), unit)) is found


def test_a_bound_may_have_another_unit_than_its_fact() -> None:
    bound = {"fact": "duration", "op": ">", "value": 2, "unit": "day"}
    assert [holds(bound, duration=hours) for hours in (47, 48, 49)] == [False, False, True]
    assert because(bound, duration=49) == ["fact duration 49 h > 2 day"]


def test_a_third_is_compared_without_loss() -> None:
    assert (
        holds({"fact": "duration", "op": "=", "value": Decimal("0.05")}, duration=Measured(Decimal(3), "min")) is True
    )


def test_texts_are_compared_by_membership() -> None:
    within = {"fact": "level", "op": "in", "value": ["orange", "red"]}
    assert [holds(within, level=level) for level in ("yellow", "orange", "red")] == [False, True, True]
    outside = {"fact": "level", "op": "not in", "value": ["orange", "red"]}
    assert [holds(outside, level=level) for level in ("yellow", "orange", "red")] == [True, False, False]
    assert because(outside, level="red") == ["fact level red is none of orange, red does not hold"]


def test_a_flag_is_compared_with_true_and_false() -> None:
    assert holds({"fact": "winter", "op": "=", "value": True}, winter=True) is True
    assert because({"fact": "winter", "op": "!=", "value": True}, winter=True) == [
        "fact winter true ≠ true does not hold"
    ]


def test_a_collection_is_asked_for_a_member() -> None:
    assert holds({"fact": "labels", "op": "has", "value": "A"}, labels={"A", "B"}) is True
    assert holds({"fact": "labels", "op": "has", "value": "A"}, labels=()) is False
    assert because({"fact": "labels", "op": "has", "value": "A"}, labels=()) == ["fact labels – has A does not hold"]
    assert holds({"fact": "penalties", "op": "has", "value": DAY}, penalties=[DAY]) is True


SECOND_PENALTY = {"size": "penalties", "op": ">=", "value": 2, "last_days": 365}


@pytest.mark.parametrize(
    ("days_ago", "found"),
    [((0,), False), ((0, 364), True), ((0, 365), False), ((0, -1), False), ((1, 2, 3), True)],
)
def test_days_are_counted_back_from_the_event_and_include_it(days_ago: tuple[int, ...], found: bool) -> None:
    assert holds(SECOND_PENALTY, penalties=[DAY - timedelta(days=ago) for ago in days_ago]) is found


def test_the_size_of_an_unknown_collection_is_unknown() -> None:
    assert judge(Condition.model_validate(SECOND_PENALTY), Case({}, FACTS, DAY)).missing == ("penalties",)


def test_a_condition_names_every_fact_that_it_asks_about() -> None:
    condition = Condition.model_validate({"any": [SECOND_PENALTY, {"not": {"all": [A, B]}}]})
    assert [leaf.name for leaf in condition.leaves()] == ["penalties", "a", "b"]


def test_the_size_of_a_collection_is_compared_and_explained() -> None:
    assert [holds({"size": "labels", "op": "<=", "value": 1}, labels=labels) for labels in ([], ["A"], ["A", "B"])] == [
        True,
        True,
        False,
    ]
    assert because({"size": "labels", "op": "<=", "value": 1}, labels=["A"]) == ["fact labels: 1 ≤ 1"]
    assert because(SECOND_PENALTY, penalties=[DAY]) == ["fact penalties in the last 365 days: 1 ≥ 2 does not hold"]


A, B, C = ({"fact": name, "op": "=", "value": True} for name in "abc")


@pytest.mark.parametrize(
    ("condition", "known", "found"),
    [
        ({"all": [A, B]}, {"a": True}, None),
        ({"all": [A, B]}, {"a": False}, False),
        ({"all": [A, B]}, {"a": True, "b": True}, True),
        ({"any": [A, B]}, {"a": False}, None),
        ({"any": [A, B]}, {"a": True}, True),
        ({"any": [A, B]}, {"a": False, "b": False}, False),
        ({"not": A}, {}, None),
        ({"not": A}, {"a": False}, True),
        ({"count": [A, B, C], "at_least": 2}, {"a": True}, None),
        ({"count": [A, B, C], "at_least": 2}, {"a": True, "b": True}, True),
        ({"count": [A, B, C], "at_least": 2}, {"a": False, "b": False}, False),
        ({"count": [A, B, C], "at_most": 1}, {"a": True}, None),
        ({"count": [A, B, C], "at_most": 1}, {"a": True, "b": True}, False),
        ({"count": [A, B, C], "at_most": 1}, {"a": False, "b": False}, True),
    ],
)
def test_a_missing_fact_is_unknown_until_it_no_longer_matters(
    condition: Mapping[str, object], known: Known, found: bool | None
) -> None:
    assert holds(condition, **known) is found


def test_an_unknown_condition_names_each_missing_fact_once() -> None:
    condition = Condition.model_validate({"any": [{"all": [A, B]}, {"count": [B, C], "at_least": 1}]})
    assert judge(condition, Case({}, FACTS, DAY)).missing == ("a", "b", "c")


def conditions() -> st.SearchStrategy[Any]:
    leaves = st.sampled_from([A, B, C])
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
            inner.map(lambda part: {"not": part}),
            st.tuples(st.lists(inner, min_size=1, max_size=3), st.integers(0, 3), st.integers(0, 3)).map(
                lambda drawn: {"count": drawn[0], "at_least": drawn[1], "at_most": drawn[2]}
            ),
        ),
        max_leaves=8,
    )


FLAGS = st.dictionaries(st.sampled_from("abc"), st.booleans())


@given(condition=conditions(), known=FLAGS, rest=st.tuples(st.booleans(), st.booleans(), st.booleans()))
def test_what_is_decided_stays_decided_whatever_else_becomes_known(
    condition: Mapping[str, object], known: dict[str, bool], rest: tuple[bool, ...]
) -> None:
    decided = holds(condition, **known)
    everything = dict(zip("abc", rest, strict=True)) | known
    assert decided in (None, holds(condition, **everything))


@given(condition=conditions(), flags=st.tuples(st.booleans(), st.booleans(), st.booleans()))
def test_with_all_facts_known_the_engine_agrees_with_plain_logic(
    condition: dict[str, Any], flags: tuple[bool, ...]
) -> None:
    known = dict(zip("abc", flags, strict=True))

    def plain(form: dict[str, Any]) -> bool:
        if "fact" in form:
            return known[str(form["fact"])]
        if "not" in form:
            return not plain(form["not"])
        if "count" in form:
            return int(form["at_least"]) <= sum(map(plain, form["count"])) <= int(form["at_most"])
        return all(map(plain, form["all"])) if "all" in form else any(map(plain, form["any"]))

    assert holds(condition, **known) is plain(condition)


@given(condition=conditions(), known=FLAGS)
def test_de_morgan_holds_in_three_values(condition: dict[str, Any], known: dict[str, bool]) -> None:
    assert holds({"not": {"all": [condition, A]}}, **known) is holds({"any": [{"not": condition}, {"not": A}]}, **known)


@given(
    value=st.decimals(allow_nan=False, allow_infinity=False), bound=st.decimals(allow_nan=False, allow_infinity=False)
)
def test_exactly_one_of_less_equal_and_more_holds(value: Decimal, bound: Decimal) -> None:
    found = [holds({"fact": "heat", "op": op, "value": bound}, heat=value) for op in ("<", "=", ">")]
    assert found.count(True) == 1


RULES = """
[[fact]]
id = "aqi"
zh = "24 小时 AQI 预报均值"
en = "24 h forecast AQI"
standard = "S"
kind = "number"
unit = "1"

[[fact]]
id = "duration"
zh = "持续时间"
en = "duration"
standard = "S"
kind = "number"
unit = "h"

[[rule]]
id = "orange"
zh = "橙色预警"
en = "orange alert"
standard = "Plan 2018"
clause = "3.2"
question = "alert"
order = 1
verdict = "orange"
valid_to = 2023-12-31
when = { all = [{ fact = "aqi", op = ">", value = 200 }, { fact = "duration", op = ">=", value = 72 }] }

[[rule]]
id = "yellow"
zh = "黄色预警"
en = "yellow alert"
standard = "Plan 2018"
clause = "3.1"
question = "alert"
order = 2
verdict = "yellow"
valid_to = 2023-12-31
when = { all = [{ fact = "aqi", op = ">", value = 200 }, { fact = "duration", op = ">=", value = 48 }] }

[[rule]]
id = "yellow"
zh = "黄色预警"
en = "yellow alert"
standard = "Plan 2023"
question = "alert"
order = 2
verdict = "yellow"
valid_from = 2024-01-01
when = { fact = "aqi", op = ">", value = 200 }
"""


def alert(write_pack: WritePack, known: Known, on: date = DAY) -> Decision:
    return decide(load_pack(write_pack(records=RULES)), "alert", known, on)


@pytest.mark.parametrize(
    ("aqi", "hours", "verdict"),
    [
        (200, 96, None),
        (201, 47, None),
        (201, 48, "yellow"),
        (201, 71, "yellow"),
        (201, 72, "orange"),
        (201, 73, "orange"),
    ],
)
def test_the_first_rule_that_holds_decides(write_pack: WritePack, aqi: int, hours: int, verdict: str | None) -> None:
    decision = alert(write_pack, {"aqi": aqi, "duration": hours})
    assert decision.verdict == verdict
    assert decision.status == ("decided" if verdict else "none")
    assert (decision.rule.id if decision.rule else None) == verdict


def test_a_decision_is_explained_with_its_source_in_both_languages(write_pack: WritePack) -> None:
    decision = alert(write_pack, {"aqi": 230, "duration": 50})
    assert decision.explanation.en == (
        "yellow alert (Plan 2018 3.1): 24 h forecast AQI 230 > 200; duration 50 h ≥ 48 h"
    )
    assert decision.explanation.zh == "黄色预警（Plan 2018 3.1）：24 小时 AQI 预报均值 230 > 200；持续时间 50 h ≥ 48 h"


def test_where_no_rule_applies_each_refusal_is_explained(write_pack: WritePack) -> None:
    decision = alert(write_pack, {"aqi": 230, "duration": 20})
    assert decision.explanation.en == (
        "No rule applies: orange alert (Plan 2018 3.2): duration 20 h ≥ 72 h does not hold; "
        "yellow alert (Plan 2018 3.1): duration 20 h ≥ 48 h does not hold"
    )


def test_a_missing_fact_leaves_the_question_undecided_and_is_named(write_pack: WritePack) -> None:
    decision = alert(write_pack, {"aqi": 230})
    assert (decision.status, decision.verdict, decision.missing) == ("undecided", None, ("duration",))
    assert decision.explanation.en == "Cannot decide “orange alert”: missing duration"
    assert decision.explanation.zh == "无法判定“橙色预警”：缺少持续时间"


def test_a_missing_fact_that_cannot_matter_does_not_block(write_pack: WritePack) -> None:
    assert alert(write_pack, {"aqi": 150}).status == "none"


def test_the_rules_in_force_on_the_events_day_decide(write_pack: WritePack) -> None:
    assert alert(write_pack, {"aqi": 230, "duration": 24}, date(2023, 12, 31)).status == "none"
    assert alert(write_pack, {"aqi": 230}, date(2024, 1, 1)).verdict == "yellow"


def test_without_rules_nothing_is_decided() -> None:
    decision = decide_by([], Case({}, {}, DAY))
    assert (decision.status, decision.explanation.en) == ("none", "No rule applies")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("aqi", "high"),
        ("aqi", True),
        ("aqi", Measured(Decimal(3), "km")),
        ("level", "blue"),
        ("level", 3),
        ("winter", 1),
        ("due", datetime(2019, 12, 9, tzinfo=UTC)),
        ("labels", "A"),
        ("labels", [1]),
        ("labels", 1),
        ("penalties", ["2019-12-09"]),
    ],
)
def test_a_value_that_does_not_fit_its_declaration_is_refused(name: str, value: Any) -> None:
    conditions: dict[str, dict[str, object]] = {
        "aqi": {"fact": "aqi", "op": ">", "value": 200},
        "level": {"fact": "level", "op": "=", "value": "red"},
        "winter": {"fact": "winter", "op": "=", "value": True},
        "due": {"fact": "due", "op": "<", "value": DAY},
        "labels": {"fact": "labels", "op": "has", "value": "A"},
        "penalties": {"size": "penalties", "op": ">", "value": 1},
    }
    with pytest.raises(RuleError, match=f"the fact {name} is"):
        holds(conditions[name], **{name: value})


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ({"fact": "api", "op": ">", "value": 200}, "declares no fact api"),
        ({"fact": "aqi", "op": "has", "value": 200}, "a number fact is asked by"),
        ({"fact": "aqi", "op": ">", "value": 200, "unit": "km"}, "km cannot be compared with 1"),
        ({"fact": "trade", "op": "=", "value": "x", "unit": "km"}, "km cannot be compared with a fact without unit"),
        ({"fact": "aqi", "op": ">", "value": "many"}, "value does not suit a number fact"),
        ({"fact": "level", "op": "in", "value": ["red", "blue"]}, "blue is none of yellow, orange, red"),
        ({"size": "aqi", "op": ">", "value": 2}, "size is asked of a collection only"),
        ({"size": "labels", "op": ">", "value": 2, "last_days": 3}, "last_days is asked of days only"),
    ],
)
def test_a_condition_that_cannot_be_asked_is_refused(condition: Mapping[str, object], says: str) -> None:
    with pytest.raises(RuleError, match=says):
        holds(condition)


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ({}, "exactly one of"),
        ({"fact": "a", "size": "b", "op": "=", "value": 1}, "exactly one of"),
        ({"all": [A], "op": "="}, "all does not take op"),
        ({"count": [A]}, "count needs at_least or at_most"),
        ({"fact": "a", "op": "="}, "fact needs op and value"),
        ({"size": "penalties", "op": ">=", "value": "two"}, "a whole number"),
        ({"size": "penalties", "op": "has", "value": 2}, "a whole number"),
        ({"fact": "level", "op": "in", "value": "red"}, "take a list"),
        ({"fact": "level", "op": "=", "value": ["red"]}, "take a list"),
        ({"all": []}, "at least 1 item"),
    ],
)
def test_a_condition_that_makes_no_sense_cannot_be_written(condition: Mapping[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Condition.model_validate(condition)


@pytest.mark.parametrize("more", [{"kind": "number"}, {"kind": "text", "unit": "km"}])
def test_only_numbers_have_a_unit(more: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="needs a unit, others have none"):
        fact("x", more.pop("kind"), **more)


def test_a_unit_nobody_knows_compares_with_itself_only() -> None:
    assert comparable_units("°C", "°C")
    assert not comparable_units("°C", "K")


def test_rules_of_equal_order_are_tried_by_id() -> None:
    def rule(name: str) -> Rule:
        labels = {"zh": name, "en": name, "standard": "S", "question": "q", "verdict": name, "order": 1}
        return Rule.model_validate({"id": name, "when": A, **labels})

    decision = decide_by([rule("y"), rule("x")], Case({"a": True}, FACTS, DAY))
    assert decision.verdict == "x"
