"""The fields of a duty from what was found in it: departments, conditions, and how sure it is."""

from collections.abc import Iterator, Sequence

from lantian.policy.plantext.clean import Clean
from lantian.policy.plantext.model import Condition, Party, Reading
from lantian.policy.plantext.parties import Act
from lantian.policy.plantext.signs import CONDITION


def confidence(named: bool, measured: bool) -> float:
    """Return how sure a task is: who acts is named, something is measured, or neither."""
    return 0.9 if named else 0.75 if measured else 0.6


def parties_of(found: Sequence[Act], part: Clean) -> list[Party]:
    """Return the departments of a duty, each once in a role; one that leads does not join in too."""
    leads = {name for act in found if act.role == "lead" for name in _texts(act, part)}
    result: dict[tuple[str, str], Party] = {}
    for act in found:
        for party in act.parties(part):
            if act.role == "joint" and party.name in leads:
                continue
            result.setdefault((party.name, party.role), party)
    return list(result.values())


def _texts(act: Act, part: Clean) -> Iterator[str]:
    for start, end in act.names:
        yield part.printed[start:end]


def conditions(part: Clean) -> list[Condition]:
    """Return when a duty applies, as 空气重污染期间."""
    return [
        Condition(Reading(part.span(match.start(), match.end()), "condition", 0.7))
        for match in CONDITION.finditer(part.text)
        if match.end() > match.start()
    ]
