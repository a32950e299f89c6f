"""Sentences that tell and oblige nobody (非任务): guiding words, what was reached before, where more stands."""

from lantian.policy.plantext.clean import Clean
from lantian.policy.plantext.deadlines import deadlines
from lantian.policy.plantext.parties import acts
from lantian.policy.plantext.quantities import quantities
from lantian.policy.plantext.sentences import sentences
from lantian.policy.plantext.signs import (
    ANNOUNCES,
    DUTY,
    GOAL,
    GUIDING,
    IN_FORCE,
    KINDS_OF_THINGS,
    MAKES_PAPER,
    OF_PAPERS,
    ORDERED,
    PAST,
    PRINCIPLE,
    ROSTER,
    SCOPE,
    SEE,
    SEE_ASIDE,
    SITUATION,
    TELLS,
)
from lantian.policy.plantext.times import PlanTime
from lantian.policy.plantext.told import tells

_SURE = 0.85
"""The confidence from which on a department acts beyond doubt."""


def why_no_duty(sentence: Clean, time: PlanTime | None, above: str) -> str | None:
    """Return why a sentence is no duty, or None; above: the title below which it stands."""
    if is_guiding(sentence) or (PRINCIPLE.fullmatch(above) and not _obliges(sentence, time)):
        return "guiding-principle"
    if tells(sentence.text):
        return "no-duty"
    if _is_past(sentence, time, above):
        return "past"
    if ROSTER.match(sentence.text) or _only_shows(sentence, time) or _only_announces(sentence):
        return "no-duty"
    if SCOPE.fullmatch(above) and KINDS_OF_THINGS.fullmatch(sentence.text) and not _obliges(sentence, time):
        return "no-duty"
    if TELLS.search(sentence.text) and not _obliges(sentence, time):
        return "no-duty"
    if IN_FORCE.match(sentence.text) and _only_issue(sentence, time):
        return "in-force"
    return None


def is_guiding(sentence: Clean) -> bool:
    """Tell guiding words, as 以…为指导."""
    return bool(GUIDING.search(sentence.text)) and not _acts_surely(sentence, 0.9)


def opens_with_duty(words: Clean, time: PlanTime | None) -> bool:
    """Tell a paragraph before the first heading in which something is due or measured, and that speaks of no paper."""
    return (
        "。" in words.text
        and not MAKES_PAPER.search(words.text)
        and any(_is_measured_duty(words.part(start, end), time) for start, end in sentences(words.text))
    )


def orders(words: Clean) -> bool:
    """Tell a paragraph before the first heading in which somebody named must do something, and that is no letter."""
    text = words.text
    ordered = any(act.names and ORDERED.match(text, act.end) for act in acts(text) if act.role == "lead")
    return ordered and text.endswith("。") and not OF_PAPERS.search(text)


def _is_measured_duty(sentence: Clean, time: PlanTime | None) -> bool:
    text = sentence.text
    if OF_PAPERS.search(text) or tells(text) or is_guiding(sentence) or TELLS.search(text) or PAST.match(text):
        return False
    return bool(DUTY.search(text)) and bool(GOAL.search(text) or deadlines(sentence, time) or quantities(sentence))


def _acts_surely(sentence: Clean, sure: float) -> bool:
    return any(act.confidence >= sure and act.names for act in acts(sentence.text))


def _obliges(sentence: Clean, time: PlanTime | None) -> bool:
    """Tell whether something is due or measured, or somebody acts beyond doubt."""
    return _acts_surely(sentence, _SURE) or bool(deadlines(sentence, time) or quantities(sentence))


def _only_shows(sentence: Clean, time: PlanTime | None) -> bool:
    """Tell a sentence that only says where more stands; one that says so aside, or in its last part, may be a duty."""
    if not SEE.search(SEE_ASIDE.sub("", sentence.text)) or _acts_surely(sentence, 0.9):
        return False
    last = max(sentence.text.rfind(mark) for mark in "，；")
    return last <= 0 or not _obliges(sentence.part(0, last), time)


def _only_announces(sentence: Clean) -> bool:
    return bool(ANNOUNCES.search(sentence.text)) and not _acts_surely(sentence, _SURE)


def _only_issue(sentence: Clean, time: PlanTime | None) -> bool:
    """Tell a sentence that names no day but that of issue, and nobody who acts."""
    due = deadlines(sentence, time)
    only = all(each.reading.rule == "印发起" for each in due) or "有效期" in sentence.text
    return not due or (only and not acts(sentence.text))


def _is_past(sentence: Clean, time: PlanTime | None, above: str) -> bool:
    """Tell what was reached before the plan, by its year or by the title above, as 现状."""
    past = PAST.match(sentence.text)
    before = past is not None and time is not None and int(past[1]) < time.begins.year
    return (before or bool(SITUATION.fullmatch(above))) and not acts(sentence.text)
