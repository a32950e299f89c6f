"""What an assessment says now and said before (原为、现为), body by body and mark by mark."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from lantian.apps.assessment.marking import Body, Inputs
from lantian.kernel.errors import Text
from lantian.workflow.scoring import Score, ranks


@dataclass(frozen=True)
class Moved:
    """A mark that is another one now."""

    name: Text
    was: Decimal | None
    now: Decimal | None


@dataclass(frozen=True)
class Changed:
    """A body whose result is another one now. grades by name, "" for none."""

    body: Body
    was: Score | None
    now: Score | None
    was_rank: int | None
    now_rank: int | None
    was_grade: Text
    now_grade: Text
    marks: tuple[Moved, ...]

    @property
    def counted(self) -> bool:
        """Whether its own total or grade changed, and not its rank alone."""
        return self._result(self.was) != self._result(self.now)

    @staticmethod
    def _result(one: Score | None) -> tuple[Decimal | None, str, bool] | None:
        return (one.total, one.grade, one.failed) if one else None


def changes(before: Inputs, after: Inputs) -> list[Changed]:
    """Return the bodies whose total, grade or rank differ, in their order."""
    was, now = before.scores(), after.scores()
    was_ranks, now_ranks = ranks(was), ranks(now)
    bodies = {one.code: one for one in (*before.bodies, *after.bodies)}
    found = (
        Changed(
            body, was.get(code), now.get(code), was_ranks.get(code), now_ranks.get(code),
            grade_name(before, was.get(code)), grade_name(after, now.get(code)),
            _moved(after, was.get(code), now.get(code)),
        )
        for code, body in bodies.items()
    )  # fmt: skip
    return [one for one in found if one.counted or one.was_rank != one.now_rank]


def grade_name(inputs: Inputs, score: Score | None) -> Text:
    """Return the grade of a score by name."""
    if score is None or not score.grade:
        return Text("—", "—")
    grade = inputs.scheme.grade(score.grade)
    return Text(grade.zh, grade.en)


def names_in(inputs: Inputs) -> Mapping[str, Text]:
    """Return indicators and extras by name."""
    scheme = inputs.scheme
    return {
        **{one.id: Text(one.zh, one.en) for one in scheme.indicators},
        **{one.id: Text(one.zh, one.en) for one in scheme.extras},
    }


def points_of(score: Score | None) -> dict[str, Decimal]:
    """Return what each item brought."""
    if score is None:
        return {}
    return {**{one.id: one.points for one in score.marks}, **{one.id: one.points for one in score.extras}}


def _moved(inputs: Inputs, was: Score | None, now: Score | None) -> tuple[Moved, ...]:
    before, after = points_of(was), points_of(now)
    return tuple(
        Moved(name, before.get(item), after.get(item))
        for item, name in names_in(inputs).items()
        if before.get(item) != after.get(item)
    )
