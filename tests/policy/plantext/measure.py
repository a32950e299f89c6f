"""Precision and recall by field: ``python -m tests.policy.plantext.measure [--errors]``.

Groups: the Chaoyang plan; the samples on which rules were made (dev-*, then new-*, more-*, held-*, blind-*,
unseen-*, fresh-*, real-* and round3-*, each labelled before it was first read; the last five by authors who had not
seen them);
last-*: measured once, no rule was changed for them. The figures of first runs stand in docs/decisions/0010.
"""

import sys

from tests.policy.plantext.gold import (
    FIELDS,
    SAMPLES,
    Gold,
    Score,
    chaoyang,
    found_in,
    matched,
    plan_of,
    read_marked,
    score,
    score_articles,
    score_objects,
)

PREFIXES = ("dev", "new", "more", "held", "last", "blind", "unseen", "fresh", "real", "round3")


def groups() -> dict[str, list[Gold]]:
    """Return the labelled texts by group."""
    plan = chaoyang()
    marked = {prefix: [read_marked(path) for path in sorted(SAMPLES.glob(f"{prefix}-*.txt"))] for prefix in PREFIXES}
    return {"chaoyang-2018": [plan] if plan else [], **marked}


def total(golds: list[Gold]) -> dict[str, Score]:
    """Return the scores of several texts together."""
    scores = [{"articles": score_articles(gold), **score(gold), "objects": score_objects(gold)} for gold in golds]
    return {name: sum((each[name] for each in scores), Score()) for name in ("articles", *FIELDS, "objects")}


def lines() -> list[str]:
    """Return the table."""
    result = [f"{'group':14} {'field':11} {'labels':>6} {'found':>6} {'right':>6} {'precision':>9} {'recall':>7}"]
    for group, golds in groups().items():
        for name, each in total(golds).items() if golds else ():
            counts = f"{each.labels:6} {each.found:6} {each.right:6}"
            result.append(f"{group:14} {name:11} {counts} {each.precision:9.3f} {each.recall:7.3f}")
    return result


def errors() -> list[str]:
    """Return what was missed (-) and what was found wrongly (+)."""
    result = []
    for gold in (gold for group, golds in groups().items() for gold in golds if group != "last"):
        plan = plan_of(gold)
        if score_articles(gold).right < len(gold.articles or ()):
            result.append(f"{gold.name} articles {[(a.number, a.chapter, a.title) for a in plan.articles]}")
        found = found_in(plan)
        for name in FIELDS:
            pairs = matched(name, gold.labels[name], found[name])
            missed = set(gold.labels[name]) - {label for label, _ in pairs}
            wrong = set(found[name]) - {each for _, each in pairs}
            marks = [("-", label) for label in missed] + [("+", label) for label in wrong]
            for mark, (start, end, value) in sorted(marks, key=lambda each: each[1][0]):
                result.append(f"{gold.name} {name} {mark} {start}-{end} {value} {gold.text[start:end]!r}")
    return result


if __name__ == "__main__":
    sys.stdout.write("\n".join(errors() if "--errors" in sys.argv else lines()) + "\n")
