"""Published assessments checked (考核核验): snapshots, stored marks, kept bytes, findings since."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from lantian.apps.assessment.marking import Inputs
from lantian.apps.assessment.models import Assessment, AssessmentSnapshot, Mark
from lantian.apps.assessment.selectors.numbered import numbered
from lantian.apps.assessment.services.schemes.acts import AssessmentError
from lantian.apps.assessment.services.schemes.facts import facts_in
from lantian.apps.assessment.services.schemes.inputs import findings_now, inputs_in
from lantian.apps.assessment.services.schemes.papers import paper_of
from lantian.apps.assessment.services.schemes.results import Came, marks_of, stored
from lantian.apps.assessment.services.signed import content_of, set_again, site_in
from lantian.apps.assessment.snapshots import checked
from lantian.kernel.errors import LantianError, Text
from lantian.workflow.scoring import ranks


def agrees(came: Sequence[Came], inputs: Inputs) -> bool:
    """Tell whether results and marks are those that follow from the snapshot now."""
    scores = inputs.scores()
    placed = ranks(scores)
    return {one.result.body for one in came} == set(scores) and all(
        _same(one, inputs, placed[one.result.body]) for one in came
    )


def _same(came: Came, inputs: Inputs, rank: int | None) -> bool:
    result, score = came.result, inputs.scores()[came.result.body]
    held = (result.total, result.by_score, result.grade, result.failed, result.rank, tuple(result.vetoes))
    if held != (score.total, score.by_score, score.grade, score.failed, rank, score.vetoes):
        return False
    return list(map(_said, came.marks)) == list(map(_said, marks_of(result, inputs)))


def _said(mark: Mark) -> tuple[object, ...]:
    """What a mark says, but for the words of its formula, which are the release's."""
    return mark.item, mark.kind, mark.state, mark.weight, mark.most, mark.points, mark.figure_zh, mark.figure_en


def published_of(term: str, scheme: str = "") -> list[Assessment]:
    """Return the published versions of a term, of one scheme or of all; raises AssessmentError where there is none."""
    rows = Assessment.objects.published().filter(term=term).select_related("snapshot", "previous__snapshot")
    found = list((rows.filter(scheme=scheme) if scheme else rows).order_by("scheme", "version"))
    if not found:
        raise AssessmentError(Text(f"{term} 没有已公布的考核。", f"{term} has no published assessment."))
    return found


def problems_of(published: list[Assessment], now: datetime) -> list[Text]:
    """Return what does not hold of published versions, each told with its number."""
    followed = set(
        Assessment.objects.filter(previous__in=published)
        .exclude(state=Assessment.State.WITHDRAWN)
        .values_list("previous", flat=True)
    )
    return [
        Text(f"{one.number}：{problem.zh}", f"{one.number}: {problem.en}")
        for one in published
        for problem in _problems(one, now, last=one.pk not in followed)
    ]


def _problems(one: Assessment, now: datetime, *, last: bool) -> Iterator[Text]:
    """What does not hold of a version. last: no other one follows it."""
    try:
        inputs = inputs_in(one)
    except LantianError as error:
        yield error.text
        return
    if not agrees(stored(one), inputs):
        yield Text("按快照重算，与所列得分不符。", "computed again from the snapshot, marks differ from those stored.")
    yield from _files(one)
    if last and findings_now(inputs, now) != inputs.findings:
        yield Text(
            "公布后否决认定有变，尚无更正稿。", "findings for vetoes have changed since, and no correction is drafted."
        )


def _files(one: Assessment) -> Iterator[Text]:
    """What is wrong with the kept bytes; the DOCX is also set again from the snapshot."""
    for suffix in ("docx", "pdf"):
        try:
            content_of(one, suffix)
        except LantianError as error:
            yield Text(f"{suffix.upper()}：{error.text.zh}", f"{suffix.upper()}: {error.text.en}")
            return
    if not set_again(one, paper_of(one, site=site_in(content_of(one, "docx")))):
        yield Text(
            "按快照重排的 DOCX 与公布文件不同（软件版本已变）。",
            "set again from its snapshot the DOCX differs from the published one (the release has changed).",
        )


def data_named(start: str) -> Mapping[str, Any]:
    """Return the data of the stored snapshot whose number begins so; raises SnapshotError where it is not one alone."""
    found = numbered(AssessmentSnapshot.objects.all(), start)
    return checked(found.data, found.pk)


def version_of(scheme: str, term: str, version: int | None = None) -> Assessment:
    """Return a version, else the last that is published, else the draft; raises AssessmentError where there is none."""
    rows = Assessment.objects.filter(scheme=scheme, term=term).select_related("snapshot", "previous__snapshot")
    if version is not None:
        found = rows.filter(version=version).first()
    else:
        found = rows.published().order_by("version").last() or rows.open().first()
    if found is None:
        raise AssessmentError(Text(f"没有考核 {scheme} {term}。", f"There is no assessment {scheme} {term}."))
    return found


def facts_of(found: Assessment) -> dict[str, Any]:
    """Return an assessment as plain facts, the marks computed from its snapshot."""
    about = {
        "version": found.version, "state": found.state, "number": found.number or None,
        "day": str(found.day) if found.day else None, "snapshot": found.snapshot_id, "reason": found.reason or None,
    }  # fmt: skip
    return {**facts_in(inputs_in(found)), **about}
