"""All that the marks of a term rest on, as known at an instant: figures, counts, decisions on appeals, findings."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings

from lantian.apps.assessment import rules
from lantian.apps.assessment.marking import Count, Found, Inputs, Reading, read, written
from lantian.apps.assessment.models import Assessment, AssessmentAppeal, AssessmentSnapshot, VetoFinding
from lantian.apps.assessment.models.scheme import AssessmentAppealQuerySet
from lantian.apps.assessment.services.schemes.asked import Asked, bodies_of
from lantian.apps.assessment.services.schemes.readers import COUNTS, FIGURES, NOTHING
from lantian.apps.assessment.snapshots import checked, number_of
from lantian.kernel.errors import Text
from lantian.policy.assessments import Term
from lantian.policy.records_assessment import AssessmentSchemeRecord
from lantian.workflow.scoring import Decided
from lantian.workflow.scoring_rules import plain


def inputs_of(record: AssessmentSchemeRecord, term: Term, known_at: datetime) -> Inputs:
    """Read everything, nothing of it known later than an instant."""
    asked = Asked(record, term, known_at, bodies_of(record, term.judged_on(known_at)))
    return Inputs(
        scheme=record,
        pack=rules.pack().id,
        term=term,
        known_at=known_at,
        bodies=asked.bodies,
        figures=_figures(asked),
        counts=_counts(asked),
        findings=_findings(asked),
        synthetic=bool(settings.DEMO),
    )


def take_inputs(record: AssessmentSchemeRecord, term: Term, known_at: datetime) -> AssessmentSnapshot:
    """Freeze the inputs; the same at the same instant are one snapshot."""
    inputs = inputs_of(record, term, known_at)
    data = written(inputs)
    made, _ = AssessmentSnapshot.objects.get_or_create(
        id=number_of(data),
        defaults={
            "scheme": record.id, "term": term.name, "known_at": inputs.known_at, "data": data, "made_at": known_at,
        },
    )  # fmt: skip
    return made


def inputs_in(assessment: Assessment) -> Inputs:
    """Return an assessment's inputs; raises SnapshotError when they were changed."""
    return read(checked(assessment.snapshot.data, assessment.snapshot_id))


def findings_now(inputs: Inputs, at: datetime) -> Mapping[str, tuple[Found, ...]]:
    """Return the findings against the bodies of inputs that stand at a later instant."""
    return _findings(Asked(inputs.scheme, inputs.term, at, inputs.bodies))


def _figures(asked: Asked) -> Mapping[str, Mapping[str, Reading]]:
    found: dict[str, dict[str, Reading]] = {code: {} for code in asked.codes}
    for one in asked.record.indicators:
        read = FIGURES[one.reader](one, asked) if one.reader in FIGURES else {}
        for code in asked.codes:
            found[code][one.id] = read.get(code) or Reading(None, NOTHING)
    for code, items in _decided(asked).items():
        for item, decided in items.items():
            before = found[code][item]
            found[code][item] = Reading(decided, before.said, before.links)
    return found


def _decided(asked: Asked) -> Mapping[str, Mapping[str, Decided]]:
    """What accepted appeals set indicators to; the last answer counts."""
    found: dict[str, dict[str, Decided]] = defaultdict(dict)
    for row in _accepted(asked, [one.id for one in asked.record.indicators]):
        assert row.points is not None
        points = plain(row.points)
        why = Text(f"申诉成立，改定为 {points} 分：{row.answer}", f"Appeal upheld, set to {points}: {row.answer}")
        found[row.body][row.item] = Decided(row.points, why)
    return found


def _accepted(asked: Asked, items: Sequence[str]) -> AssessmentAppealQuerySet:
    """Accepted appeals of the term that set something, oldest first."""
    rows = AssessmentAppeal.objects.filter(
        assessment__scheme=asked.record.id, assessment__term=asked.term.name, state=AssessmentAppeal.State.ACCEPTED,
        points__isnull=False, body__in=asked.codes, item__in=items, answered_at__lte=asked.known_at,
    )  # fmt: skip
    return rows.order_by("answered_at", "pk")


def _counts(asked: Asked) -> Mapping[str, Mapping[str, Count]]:
    found: dict[str, dict[str, Count]] = {code: {} for code in asked.codes}
    for one in asked.record.extras:
        read = COUNTS[one.reader](one, asked) if one.reader in COUNTS else {}
        for code in asked.codes:
            found[code][one.id] = read.get(code) or Count(0, Text("0 次", "0"))
    for row in _accepted(asked, [one.id for one in asked.record.extras]):
        times = int(row.points or 0)
        said = Text(f"申诉成立，改定为 {times} 次：{row.answer}", f"Appeal upheld, set to {times}: {row.answer}")
        found[row.body][row.item] = Count(times, said, found[row.body][row.item].links)
    return found


def _findings(asked: Asked) -> Mapping[str, tuple[Found, ...]]:
    """The findings that fall into the term by the day that their veto counts."""
    vetoes = {one.id: one for one in asked.record.vetoes}
    rows = VetoFinding.objects.standing(asked.known_at).filter(veto__in=vetoes, body__in=asked.heirs)
    if not settings.DEMO:
        rows = rows.filter(synthetic=False)
    found: dict[str, list[Found]] = defaultdict(list)
    for row in rows.select_related("case").order_by("at", "pk"):
        day = row.happened if vetoes[row.veto].counted == "happened" else row.confirmed
        body = asked.heirs[row.body]
        if body and asked.term.first <= day <= asked.term.last:
            label = row.case.number if row.case else ""
            found[body].append(Found(row.pk, row.veto, label, str(row.happened), str(row.confirmed), row.reason))
    return {code: tuple(rows) for code, rows in found.items()}
