"""How bodies came out (考核结果): results with their marks, as they are stored, or as they follow from inputs alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from lantian.apps.assessment.marking import Inputs
from lantian.apps.assessment.models import Assessment, BodyResult, Mark
from lantian.workflow.scoring import ExtraMark, ranks
from lantian.workflow.scoring import Mark as Marked


@dataclass(frozen=True)
class Came:
    """A body's result with its marks."""

    result: BodyResult
    marks: Sequence[Mark]


def stored(assessment: Assessment, body: str = "") -> list[Came]:
    """Return the results that are stored, of one body or of all in their order; two questions."""
    rows = assessment.results.prefetch_related("marks").order_by("order")
    return [Came(one, list(one.marks.all())) for one in (rows.filter(body=body) if body else rows)]


def computed(assessment: Assessment, inputs: Inputs, body: str = "") -> list[Came]:
    """Return the same as rows that nobody stores, as they follow from inputs."""
    rows = [one for one in results_of(assessment, inputs) if body in ("", one.body)]
    return [Came(one, marks_of(one, inputs)) for one in rows]


def results_of(assessment: Assessment, inputs: Inputs) -> list[BodyResult]:
    """Return the results that follow from inputs, in the order of the bodies, not stored yet."""
    scores = inputs.scores()
    placed = ranks(scores)
    return [
        BodyResult(
            assessment=assessment, body=body.code, name_zh=body.zh, name_en=body.en, order=order,
            total=got.total, by_score=got.by_score, grade=got.grade, rank=placed[body.code], failed=got.failed,
            vetoes=list(got.vetoes),
        )
        for order, body in enumerate(inputs.bodies) if (got := scores[body.code])
    ]  # fmt: skip


def marks_of(result: BodyResult, inputs: Inputs) -> list[Mark]:
    """Return the marks of a body that follow from inputs, not stored yet."""
    got = inputs.scores()[result.body]
    return [*(_mark(result, inputs, one) for one in got.marks), *(_extra(result, inputs, one) for one in got.extras)]


def _mark(result: BodyResult, inputs: Inputs, one: Marked) -> Mark:
    said = inputs.figures[result.body][one.id].said
    return Mark(
        result=result, item=one.id, kind="indicator", state=one.state, weight=one.weight, most=one.most,
        points=one.points, figure_zh=said.zh[:500], figure_en=said.en[:500], formula_zh=one.formula.zh[:500],
        formula_en=one.formula.en[:500],
    )  # fmt: skip


def _extra(result: BodyResult, inputs: Inputs, one: ExtraMark) -> Mark:
    said = inputs.counts[result.body][one.id].said
    return Mark(
        result=result, item=one.id, kind="extra", state="marked", points=one.points, figure_zh=said.zh[:500],
        figure_en=said.en[:500], formula_zh=one.formula.zh, formula_en=one.formula.en,
    )  # fmt: skip
