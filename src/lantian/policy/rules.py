"""The rule engine (规则引擎): which rule of the pack decides a question, on given facts, on the event's day.

Logic has three values: a condition over a fact that nobody stated is neither true nor false. ``all`` is false as soon
as one part is, ``any`` true as soon as one part is; otherwise an unknown part keeps the whole unknown (Kleene). A rule
that stays unknown blocks those behind it, so that a missing fact can never pass as a silent "no".
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, cast

from lantian.kernel.errors import Text
from lantian.kernel.plurals import counted
from lantian.policy.facts import Known, Measured, RuleError, checked, magnitude, misuse
from lantian.policy.pack import Pack
from lantian.policy.records_rule import Condition, Fact, Rule


@dataclass(frozen=True)
class Decision:
    """The answer to a question, with the record that gave it and the reasons in both languages.

    status: decided; undecided for want of the facts in ``missing``; none when no rule applies.
    """

    status: Literal["decided", "undecided", "none"]
    verdict: str | None
    rule: Rule | None
    missing: tuple[str, ...]
    explanation: Text


@dataclass(frozen=True)
class Finding:
    """What became of one condition: true, false or unknown (None), the reasons, and the facts that were missing."""

    holds: bool | None
    because: tuple[Text, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """What a condition is judged by: the facts known, their declarations and the day of the event."""

    known: Known
    facts: Mapping[str, Fact]
    day: date


def decide(pack: Pack, question: str, known: Known, on: date) -> Decision:
    """Answer a question by the pack's rules in force on the event's day.

    Known facts that no rule asks about are ignored. Raises RuleError where a condition or a value does not fit the
    fact's declaration.
    """
    rules = [rule for rule in pack.on(Rule, on) if rule.question == question]
    return decide_by(rules, Case(known, {fact.id: fact for fact in pack.on(Fact, on)}, on))


def decide_by(rules: Iterable[Rule], case: Case) -> Decision:
    """Answer by the first rule, in ascending order, whose condition holds."""
    refuted: list[Text] = []
    for rule in sorted(rules, key=lambda rule: (rule.order, rule.id)):
        finding = judge(rule.when, case)
        if finding.holds is None:
            return Decision("undecided", None, rule, finding.missing, _undecided(rule, finding, case))
        if finding.holds:
            return Decision("decided", rule.verdict, rule, (), _labelled(rule, finding))
        refuted.append(_labelled(rule, finding))
    none = Text("没有规则适用", "No rule applies")
    return Decision("none", None, None, (), _joined(none, refuted))


def judge(condition: Condition, case: Case) -> Finding:
    """Judge one condition.

    >>> hot = Fact(id="t", zh="气温", en="temperature", kind="number", unit="°C", standard="–")
    >>> judge(Condition(fact="t", op=">", value=35), Case({"t": 36}, {"t": hot}, date(2019, 7, 1))).because[0].en
    'temperature 36 °C > 35 °C'
    """
    return _FORMS[condition.form](condition, case)


def _all(condition: Condition, case: Case) -> Finding:
    findings = [judge(part, case) for part in condition.parts]
    return _merged(findings, decisive=False)


def _any(condition: Condition, case: Case) -> Finding:
    findings = [judge(part, case) for part in condition.parts]
    return _merged(findings, decisive=True)


def _merged(findings: list[Finding], *, decisive: bool) -> Finding:
    settled = [finding for finding in findings if finding.holds is decisive]
    if settled:
        return Finding(decisive, _reasons(settled))
    unknown = [finding for finding in findings if finding.holds is None]
    if unknown:
        return Finding(None, _reasons(unknown), _missing(unknown))
    return Finding(not decisive, _reasons(findings))


def _not(condition: Condition, case: Case) -> Finding:
    finding = judge(condition.parts[0], case)
    return Finding(None if finding.holds is None else not finding.holds, finding.because, finding.missing)


def _count(condition: Condition, case: Case) -> Finding:
    findings = [judge(part, case) for part in condition.parts]
    true, unknown = (sum(finding.holds is state for finding in findings) for state in (True, None))
    least = condition.at_least or 0
    most = len(findings) if condition.at_most is None else condition.at_most
    because = (Text(f"{len(findings)} 项中 {true} 项成立", f"{true} of {len(findings)} hold"), *_reasons(findings))
    if true > most or true + unknown < least:
        return Finding(False, because)
    if least <= true and true + unknown <= most:
        return Finding(True, because)
    return Finding(None, because, _missing(findings))


def _leaf(condition: Condition, case: Case) -> Finding:
    fact = _asked(condition, case)
    if fact.id not in case.known:
        return Finding(None, (), (fact.id,))
    found = checked(case.known[fact.id], fact)
    wanted = _wanted(condition, fact)
    holds = _COMPARE[str(condition.op)](magnitude(found), magnitude(wanted))
    return Finding(holds, (_statement(fact, found, str(condition.op), wanted, holds=holds),))


def _size(condition: Condition, case: Case) -> Finding:
    fact = _asked(condition, case)
    if fact.id not in case.known:
        return Finding(None, (), (fact.id,))
    entries = cast("tuple[object, ...]", checked(case.known[fact.id], fact))
    counted = [entry for entry in entries if condition.last_days is None or _recent(entry, condition, case.day)]
    holds = _COMPARE[str(condition.op)](len(counted), condition.value)
    return Finding(holds, (_size_statement(fact, len(counted), condition, holds=holds),))


_FORMS: Mapping[str, Callable[[Condition, Case], Finding]] = {
    "all": _all,
    "any": _any,
    "not": _not,
    "count": _count,
    "fact": _leaf,
    "size": _size,
}


def _recent(entry: object, condition: Condition, day: date) -> bool:
    oldest = day - timedelta(days=(condition.last_days or 0) - 1)
    return isinstance(entry, date) and oldest <= entry <= day


def _asked(condition: Condition, case: Case) -> Fact:
    fact = case.facts.get(str(condition.name))
    if fact is None:
        raise RuleError(Text(f"事实 {condition.name} 未在政策包中声明", f"the pack declares no fact {condition.name}"))
    wrong = misuse(condition, fact)
    if wrong:
        raise RuleError(wrong)
    return fact


def _wanted(condition: Condition, fact: Fact) -> object:
    if fact.kind != "number":
        return condition.value
    return Measured(Decimal(str(condition.value)), condition.unit or str(fact.unit))


_COMPARE: Mapping[str, Callable[..., bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    ">=": lambda a, b: a >= b,
    ">": lambda a, b: a > b,
    "in": lambda a, b: a in b,
    "not in": lambda a, b: a not in b,
    "has": lambda a, b: b in a,
}
_SIGNS = {"<=": "≤", ">=": "≥", "!=": "≠"}
_WORDS = {"in": ("属于", "is one of"), "not in": ("不属于", "is none of"), "has": ("含", "has")}


def _statement(fact: Fact, found: object, op: str, wanted: object, *, holds: bool) -> Text:
    zh, en = _WORDS.get(op, (_SIGNS.get(op, op),) * 2)
    found, wanted = _written(found), _written(wanted)
    no_zh, no_en = ("", "") if holds else ("，不成立", " does not hold")
    return Text(f"{fact.zh} {found} {zh} {wanted}{no_zh}", f"{fact.en} {found} {en} {wanted}{no_en}")


def _size_statement(fact: Fact, size: int, condition: Condition, *, holds: bool) -> Text:
    days = condition.last_days
    zh, en = (f"（近 {days} 天）", f" in the last {counted(days, 'day')}") if days else ("", "")
    no_zh, no_en = ("", "") if holds else ("，不成立", " does not hold")
    sign = _SIGNS.get(str(condition.op), condition.op)
    return Text(
        f"{fact.zh}{zh} {size} 次 {sign} {condition.value}{no_zh}",
        f"{fact.en}{en}: {size} {sign} {condition.value}{no_en}",
    )


def _written(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(str(entry) for entry in value) or "–"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _reasons(findings: Iterable[Finding]) -> tuple[Text, ...]:
    return tuple(text for finding in findings for text in finding.because)


def _missing(findings: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for finding in findings for name in finding.missing))


def _undecided(rule: Rule, finding: Finding, case: Case) -> Text:
    facts = [case.facts[name] for name in finding.missing]
    zh = f"无法判定“{rule.zh}”：缺少{'、'.join(fact.zh for fact in facts)}"
    en = f"Cannot decide “{rule.en}”: missing {', '.join(fact.en for fact in facts)}"
    return _joined(Text(zh, en), finding.because)


def _labelled(rule: Rule, finding: Finding) -> Text:
    return _joined(Text(f"{rule.zh}（{rule.citation.zh}）", f"{rule.en} ({rule.citation.en})"), finding.because)


def _joined(head: Text, reasons: Iterable[Text]) -> Text:
    reasons = tuple(reasons)
    if not reasons:
        return head
    zh, en = "；".join(text.zh for text in reasons), "; ".join(text.en for text in reasons)
    return Text(f"{head.zh}：{zh}", f"{head.en}: {en}")
