"""Which function answers which rule of a vector file."""

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

from lantian.kernel.factors import Factor
from lantian.policy.air import AirRules, air_rules
from lantian.policy.duty import DutyRules, duty_rules
from lantian.policy.reader import load_pack

Inputs = Mapping[str, Any]
Answer = Callable[[Inputs, Mapping[str, Any]], Mapping[str, Any]]
"""From a vector's inputs and its group's header to the keys it expects."""

ANSWERS: dict[str, Answer] = {}


def answers(rule: str) -> Callable[[Answer], Answer]:
    """Register the answer of a rule."""

    def register(answer: Answer) -> Answer:
        ANSWERS[rule] = answer
        return answer

    return register


@lru_cache(maxsize=1)
def air() -> AirRules:
    """The national pack's air standards."""
    return air_rules(load_pack("cn"))


@lru_cache(maxsize=1)
def duty() -> DutyRules:
    """The national pack's duty rules."""
    return duty_rules(load_pack("cn"))


def day(text: str) -> date:
    """Read a date."""
    return date.fromisoformat(text)


def factor(name: str) -> Factor:
    """Read a factor as vectors write it: PM25 is PM2.5."""
    return Factor({"PM25": "PM2.5"}.get(name, name))


def factors(amounts: Mapping[str, Any]) -> dict[Factor, Any]:
    """Read amounts by factor."""
    return {factor(name): amount for name, amount in amounts.items()}


def vector_name(found: Factor) -> str:
    """Write a factor as vectors do."""
    return "PM25" if found is Factor.PM25 else str(found)


def exact(value: Any) -> Fraction:
    """Read a number that was parsed as decimal."""
    return Fraction(value)
