"""Appeals (申诉): filed by the assessed body in time with evidence, answered by somebody else, followed on record."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from lantian.apps.assessment.marking import Found, Inputs
from lantian.apps.assessment.models import Assessment, AssessmentAppeal, VetoFinding
from lantian.apps.assessment.services.schemes.acts import (
    Acting,
    AssessmentError,
    correct,
    keep_file,
    may,
    reason_in,
)
from lantian.apps.assessment.services.schemes.findings import revoke
from lantian.apps.assessment.services.schemes.inputs import inputs_in
from lantian.apps.assessment.services.schemes.reach import FILERS, is_own
from lantian.apps.assessment.services.schemes.telling import tell_of_appeal
from lantian.apps.assessment.services.signed import content_at
from lantian.apps.audit.services import record as audit
from lantian.apps.cases.rules import rules as case_rules
from lantian.apps.ledger.services.attachments import Sent
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.workflow.scoring_rules import plain

MOST_TIMES = Decimal(9999)
"""How often something is said to have happened at most, where no rule bounds it."""


@dataclass(frozen=True)
class NewAppeal:
    """Against which item of which published assessment, and why. item: an indicator, an extra, or a veto found."""

    assessment: Assessment
    body: str
    item: str
    reason: str
    file: Sent | None


@dataclass(frozen=True)
class Answer:
    """How an appeal is answered. points: what an accepted one sets marks to, or how often for an extra."""

    accepted: bool
    text: str
    points: Decimal | None = None


def due_of(assessment: Assessment, inputs: Inputs) -> date:
    """Return the last day of appeals: working days of the pack after publication, which itself does not count."""
    assert assessment.day is not None
    return case_rules().calendar.add_working_days(assessment.day, inputs.scheme.appeal_days)


@transaction.atomic
def file_appeal(new: NewAppeal, acting: Acting) -> AssessmentAppeal:
    """File an appeal."""
    held = Assessment.objects.select_for_update().select_related("snapshot").get(pk=new.assessment.pk)
    inputs = inputs_in(held)
    if not held.published or held.corrections.published().exists():
        raise AssessmentError(Text("只能对最新公布的结果申诉。", "Only the last published result can be appealed."))
    may(FILERS, acting)
    if not is_own(acting.by, new.body):
        raise AssessmentError(Text("只能由被考核单位申诉。", "Only the assessed body itself appeals."))
    due = due_of(held, inputs)
    if day_of(acting.at) > due:
        raise AssessmentError(Text(f"申诉期限已于 {due} 届满。", f"Appeals could be filed until {due}."))
    if new.item not in items_of(inputs, new.body):
        raise AssessmentError(Text("没有这一项。", "There is no such item."))
    if new.file is None:
        raise AssessmentError(Text("请附证据文件。", "Add the evidence."))
    if held.appeals.open().filter(body=new.body, item=new.item).exists():
        raise AssessmentError(Text("此项已有待答复的申诉。", "An appeal on this item waits for its answer."))
    assert acting.by is not None
    made = AssessmentAppeal.objects.create(
        assessment=held, body=new.body, item=new.item, reason=reason_in(new.reason), filed_at=acting.at,
        filed_by=acting.by, due=due, **keep_file(new.file),
    )  # fmt: skip
    _note(made, "filed", acting)
    return made


@transaction.atomic
def answer(appeal: AssessmentAppeal, given: Answer, acting: Acting) -> AssessmentAppeal:
    """Answer an appeal, with the reason, by somebody who neither filed it, nor belongs to the body, nor drafted.

    An accepted one changes nothing of what is published: another version follows, which says what was and what is.
    """
    held = AssessmentAppeal.objects.select_for_update().get(pk=appeal.pk)
    assessment = Assessment.objects.select_related("snapshot").get(pk=held.assessment_id)
    inputs = inputs_in(assessment)
    may(inputs.scheme.signers, acting)
    _by_another(held, assessment, acting)
    if held.state != AssessmentAppeal.State.OPEN:
        raise AssessmentError(Text("此申诉已答复。", "This appeal was answered already."))
    if given.accepted:
        held.points = _points(held, given, inputs)
    state = AssessmentAppeal.State
    held.state = state.ACCEPTED if given.accepted else state.REJECTED
    held.answer, held.answered_at, held.answered_by = reason_in(given.text), acting.at, acting.by
    held.save()
    if given.accepted:
        _revoke(held, inputs, acting)
        reason = f"申诉成立：{held.answer}"
        held.led_to = correct(assessment.scheme, assessment.term, reason, acting)
        held.save(update_fields=["led_to"])
    _note(held, "answered", acting)
    return held


def items_of(inputs: Inputs, body: str) -> dict[str, Text]:
    """Return what a body may appeal: indicators, extras, and each finding against it."""
    scheme = inputs.scheme
    named = {one.id: Text(one.zh, one.en) for one in (*scheme.indicators, *scheme.extras)}
    return named | {item: _finding_name(one, inputs) for item, one in findings_by_item(inputs, body).items()}


def findings_by_item(inputs: Inputs, body: str) -> dict[str, Found]:
    """Return the findings against a body by what an appeal calls them: the veto, numbered where there are more."""
    found = inputs.findings.get(body, ())
    vetoes = Counter(one.veto for one in found)
    return {one.veto if vetoes[one.veto] == 1 else f"{one.veto}-{one.key}": one for one in found}


def _finding_name(one: Found, inputs: Inputs) -> Text:
    veto, label = inputs.scheme.veto(one.veto), one.label or one.happened
    return Text(f"{veto.zh}（{label}）", f"{veto.en} ({label})")


def content_of(appeal: AssessmentAppeal) -> bytes:
    """Return the evidence as it was sent."""
    return content_at(appeal.file_path, appeal.file_sha256)


def _by_another(held: AssessmentAppeal, assessment: Assessment, acting: Acting) -> None:
    if acting.by is None:
        return
    if acting.by.pk in (held.filed_by_id, assessment.drafted_by_id) or is_own(acting.by, held.body):
        raise AssessmentError(
            Text(
                "申诉须由申诉人、被考核单位和拟稿人以外的人答复。",
                "An appeal is answered by somebody who neither filed it, nor belongs to the body, nor drafted.",
            )
        )


def _points(held: AssessmentAppeal, given: Answer, inputs: Inputs) -> Decimal | None:
    """What an accepted appeal sets: marks, a number of times, nothing for a veto; never worse than what is appealed."""
    if held.item in findings_by_item(inputs, held.body):
        return None
    low, high = _bounds_since(held, inputs)
    whole = held.item in {one.id for one in inputs.scheme.extras}
    points = given.points
    fits = points is not None and low <= points <= (MOST_TIMES if high is None else high)
    if points is None or not fits or (whole and points != int(points)):
        most = f"≥ {plain(low)}" if high is None else f"{plain(low)}—{plain(high)}"
        raise AssessmentError(
            Text(
                f"请填写改定值（{most}），不得比原结果不利。",
                f"Say what it is set to ({most}): an appeal that is upheld is for the body.",
            )
        )
    return points


def _bounds_since(held: AssessmentAppeal, inputs: Inputs) -> tuple[Decimal, Decimal | None]:
    """Return the bounds by what is appealed and by the last version since: an upheld appeal makes neither worse."""
    versions = [inputs]
    of_term = Assessment.objects.standing().filter(scheme=held.assessment.scheme, term=held.assessment.term)
    last = of_term.select_related("snapshot").order_by("version").last()
    if last is not None and last.pk != held.assessment_id:
        now = inputs_in(last)
        versions += [now] if now.body(held.body) and held.item in items_of(now, held.body) else []
    bounds = [bounds_of(one, held.body, held.item) for one in versions]
    highs = [high for _, high in bounds if high is not None]
    furthest = max if held.item in {one.id for one in inputs.scheme.indicators} else min
    return max(low for low, _ in bounds), furthest(highs) if highs else None


def bounds_of(inputs: Inputs, body: str, item: str) -> tuple[Decimal, Decimal | None]:
    """Return the least and the most that an accepted appeal may set: marks of an indicator, times of an extra.

    Marks go up to the item's weight with what was spread over it; a bonus does not fall, a deduction does not rise.
    """
    got = inputs.scores()[body]
    mark = next((one for one in got.marks if one.id == item), None)
    if mark is not None:
        return mark.points, max(mark.weight, mark.most)
    count = Decimal(inputs.counts[body][item].count)
    bonus = {one.id: one.each > 0 for one in inputs.scheme.extras}
    return (count, None) if bonus[item] else (Decimal(0), count)


def _revoke(held: AssessmentAppeal, inputs: Inputs, acting: Acting) -> None:
    """An appeal upheld against a finding revokes it, and no other; its evidence is the paper for it."""
    found = findings_by_item(inputs, held.body).get(held.item)
    keys = [found.key] if found else []
    for finding in VetoFinding.objects.filter(pk__in=keys, revoked_at__isnull=True):
        revoke(finding, held.answer, Sent(held.file_name, content_of(held)), acting)


def _note(appeal: AssessmentAppeal, what: str, acting: Acting) -> None:
    detail = {
        "assessment": appeal.assessment.number, "body": appeal.body, "item": appeal.item, "state": appeal.state,
        "reason": appeal.answer or appeal.reason, "sha256": appeal.file_sha256,
    }  # fmt: skip
    audit(f"appeal.{what}", subject=appeal, actor=acting.by, at=acting.at, detail=detail)
    tell_of_appeal(appeal, acting.at)
