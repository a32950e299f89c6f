"""An assessment as plain facts, from its snapshot alone: no records are read."""

from typing import Any

from lantian.apps.assessment.marking import Inputs
from lantian.apps.assessment.services.schemes.changes import names_in
from lantian.kernel.errors import Text
from lantian.workflow.scoring import ExtraMark, Mark, ranks


def facts_in(inputs: Inputs) -> dict[str, Any]:
    """Return what follows from a snapshot alone: each body by rank, with what every item brought and why."""
    scores = inputs.scores()
    placed = ranks(scores)
    last = len(inputs.bodies) + 1
    order = sorted(enumerate(inputs.bodies), key=lambda row: (placed[row[1].code] or last, row[0]))
    bodies = [_body_facts(inputs, one.code, placed[one.code]) for _, one in order]
    return {
        "scheme": inputs.scheme.id, "term": inputs.term.name, "known_at": inputs.known_at.isoformat(), "bodies": bodies,
    }  # fmt: skip


def _body_facts(inputs: Inputs, code: str, rank: int | None) -> dict[str, Any]:
    score, body = inputs.scores()[code], inputs.body(code)
    assert body is not None
    grade = inputs.scheme.grade(score.grade) if score.grade else None
    return {
        "code": code, "zh": body.zh, "en": body.en, "rank": rank,
        "total": None if score.total is None else str(score.total), "grade": score.grade,
        "grade_zh": grade.zh if grade else "—", "grade_en": grade.en if grade else "—", "by_score": score.by_score,
        "failed": score.failed, "lifted": str(score.lifted), "marks": _mark_facts(inputs, code),
        "findings": [
            {"veto": one.veto, "case": one.label or None, "happened": one.happened, "confirmed": one.confirmed,
             "reason": one.reason}
            for one in inputs.findings.get(code, ())
        ],
    }  # fmt: skip


def _mark_facts(inputs: Inputs, code: str) -> list[dict[str, Any]]:
    score = inputs.scores()[code]
    marks = [_fact(inputs, mark, inputs.figures[code][mark.id].said) | {"most": str(mark.most)} for mark in score.marks]
    return [*marks, *(_fact(inputs, mark, inputs.counts[code][mark.id].said) for mark in score.extras)]


def _fact(inputs: Inputs, mark: Mark | ExtraMark, said: Text) -> dict[str, Any]:
    name = names_in(inputs)[mark.id]
    return {
        "item": mark.id, "zh": name.zh, "en": name.en, "points": str(mark.points), "figure_zh": said.zh,
        "figure_en": said.en, "formula_zh": mark.formula.zh, "formula_en": mark.formula.en,
    }  # fmt: skip
