"""What people do with assessments: draft, refresh, submit, give back, publish, withdraw; each version is frozen."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction

from lantian.apps.accounts.models import Person
from lantian.apps.assessment import rules
from lantian.apps.assessment.marking import Inputs
from lantian.apps.assessment.models import Assessment, AssessmentEvent, BodyResult, Mark
from lantian.apps.assessment.services.schemes.inputs import findings_now, inputs_in, take_inputs
from lantian.apps.assessment.services.schemes.papers import paper_of
from lantian.apps.assessment.services.schemes.results import marks_of, results_of
from lantian.apps.assessment.services.schemes.telling import tell_of
from lantian.apps.assessment.services.signed import freeze, next_number, store
from lantian.apps.audit.services import record as audit
from lantian.apps.ledger.services.attachments import Sent, check_file
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.instants import day_of
from lantian.policy.assessments import Term, scheme_named, term_named, term_of
from lantian.policy.records_assessment import AssessmentSchemeRecord

FOLDER = "assessments"
LONGEST = 300


class AssessmentError(LantianError):
    """An act that an assessment's state, or the person's part in it, does not allow."""


@dataclass(frozen=True)
class Acting:
    """Who acts, when, and which revision they saw; the system itself acts without a person."""

    by: Person | None
    at: datetime
    revision: int | None = None


def record_for(scheme: str, term: Term, at: datetime) -> AssessmentSchemeRecord:
    """Return a scheme as it holds on the last day of a term, or today while it runs."""
    return scheme_named(rules.pack(), scheme, term.judged_on(at))


@transaction.atomic
def draft(scheme: str, name: str, acting: Acting, reason: str = "") -> Assessment:
    """Draft the assessment of a term; after a published one it is its correction, which needs a reason.

    A term that still runs may be drafted, to see where its bodies stand; it is published when it is over.
    """
    record = record_for(scheme, term_named(name), acting.at)
    term = term_of(record, name)
    may(record.drafters, acting)
    if acting.at < term.start:
        raise AssessmentError(Text(f"{term.words.zh}尚未开始。", f"{term.words.en} has not begun yet."))
    past = Assessment.objects.select_for_update().filter(scheme=scheme, term=name).order_by("version")
    unpublished = AssessmentError(Text("已有未公布的稿件。", "There is a draft that is not published yet."))
    if past.open().exists():
        raise unpublished
    previous = past.published().last()
    if previous is not None and not reason.strip():
        raise AssessmentError(Text("更正须写明理由。", "Say why it is corrected."))
    last = past.last()
    try:
        with transaction.atomic():
            made = Assessment.objects.create(
                scheme=scheme, term=name, version=last.version + 1 if last else 1, previous=previous,
                snapshot=take_inputs(record, term, acting.at), reason=reason.strip()[:LONGEST],
                drafted_by=acting.by, drafted_at=acting.at,
            )  # fmt: skip
    except IntegrityError as error:  # somebody else drafted it in the same instant
        raise unpublished from error
    _store_marks(made)
    _note(made, "drafted", acting, reason)
    return made


@transaction.atomic
def refresh(assessment: Assessment, acting: Acting) -> Assessment:
    """Take the figures anew into a draft."""
    held = _held(assessment, acting, Assessment.State.DRAFT)
    record = _record(held, acting)
    may(record.drafters, acting)
    held.snapshot = take_inputs(record, term_named(held.term), acting.at)
    _store_marks(held)
    return _kept(held, "refreshed", acting)


@transaction.atomic
def submit(assessment: Assessment, acting: Acting) -> Assessment:
    """Hand a draft in: its term is over, and everything that has to be entered is there."""
    held = _held(assessment, acting, Assessment.State.DRAFT)
    may(_record(held, acting).drafters, acting)
    term = term_named(held.term)
    if held.snapshot.known_at < term.end:
        raise AssessmentError(
            Text(
                f"数据截至时{term.words.zh}尚未结束；结束后请重新取数再送审。",
                f"{term.words.en} was not over when the figures were taken; take them anew once it is.",
            )
        )
    _refuse_overtaken(held, acting)
    waiting = waiting_in(inputs_in(held))
    if waiting:
        names = [body for body, _ in waiting[:5]]
        have = "figure has" if len(waiting) == 1 else "figures have"
        raise AssessmentError(
            Text(
                f"还有 {len(waiting)} 项待填报（{'、'.join(names)} …）。",
                f"{len(waiting)} {have} to be entered first ({', '.join(names)} …).",
            )
        )
    held.state = Assessment.State.REVIEW
    return _kept(held, "submitted", acting)


@transaction.atomic
def give_back(assessment: Assessment, reason: str, acting: Acting) -> Assessment:
    """Give an assessment back to its drafter, with the reason."""
    held = _held(assessment, acting, Assessment.State.REVIEW)
    may(_record(held, acting).signers, acting)
    held.state = Assessment.State.DRAFT
    return _kept(held, "returned", acting, reason_in(reason))


@transaction.atomic
def withdraw(assessment: Assessment, reason: str, acting: Acting) -> Assessment:
    """Withdraw what is not published, with the reason; it keeps its version and takes no number.

    A correction that follows an appeal upheld, or a finding that came or went, is owed and stays.
    """
    held = _held(assessment, acting, Assessment.State.DRAFT, Assessment.State.REVIEW)
    may(_record(held, acting).drafters, acting)
    if _is_owed(held, acting.at):
        raise AssessmentError(
            Text(
                "更正由申诉成立或否决认定的变化引起，不能作废。",
                "This correction follows an appeal upheld or a finding; it cannot be withdrawn.",
            )
        )
    held.state = Assessment.State.WITHDRAWN
    return _kept(held, "withdrawn", acting, reason_in(reason))


@transaction.atomic
def publish(assessment: Assessment, acting: Acting) -> Assessment:
    """Publish: number, day, and the bytes of DOCX and PDF, frozen with the inputs. Nobody publishes their own draft."""
    held = _held(assessment, acting, Assessment.State.REVIEW)
    record = _record(held, acting)
    may(record.signers, acting)
    handed_in = held.history.filter(kind="submitted").order_by("at", "pk").last()
    if acting.by is not None and acting.by.pk in (held.drafted_by_id, handed_in.by_id if handed_in else None):
        raise AssessmentError(
            Text(
                "拟稿人、送审人不能公布自己的稿件。", "Whoever drafted or submitted an assessment does not publish it."
            )
        )
    _refuse_overtaken(held, acting)
    held.state, held.published_by, held.published_at = Assessment.State.PUBLISHED, acting.by, acting.at
    held.day = day_of(acting.at)
    held.number = next_number(record.word, held.day.year)
    freeze(held, paper_of(held), FOLDER)
    return _kept(held, "published", acting)


def correct(scheme: str, name: str, reason: str, acting: Acting) -> Assessment | None:
    """Follow what became known: draft the correction of what is published, or take figures anew into what is open.

    What waits for publication goes back to its draft, a first version too. A first draft is left to its drafter, who
    cannot submit it before the figures are taken anew. Nothing where there is neither.
    """
    rows, system = Assessment.objects.filter(scheme=scheme, term=name), Acting(None, acting.at)
    waiting, published = rows.open().first(), rows.published().exists()
    if waiting is None:
        return draft(scheme, name, system, reason) if published else None
    if not published and waiting.state == Assessment.State.DRAFT:
        return None
    with transaction.atomic():
        held = _held(waiting, system, Assessment.State.DRAFT, Assessment.State.REVIEW)
        held.state = Assessment.State.DRAFT
        held.snapshot = take_inputs(_record(held, acting), term_named(name), acting.at)
        if held.previous_id is not None and reason not in held.reason:
            held.reason = f"{held.reason}；{reason}"[:LONGEST]
        _store_marks(held)
        return _kept(held, "refreshed", system, reason)


def keep_file(file: Sent | None) -> dict[str, str]:
    """Keep a file under its hash, by its content; return the fields of its row, none without a file."""
    if file is None:
        return {}
    media, suffix = check_file(file)
    path, digest = store(file.content, suffix, FOLDER)
    name = Path(file.name.replace("\\", "/")).name[:200] or "file"
    return {"file_name": name, "file_path": path, "file_type": media, "file_sha256": digest}


def _refuse_overtaken(held: Assessment, acting: Acting) -> None:
    """Refuse a version whose findings are not those that stand now: no score goes out past a veto."""
    if overtaken(held, acting.at):
        raise AssessmentError(
            Text(
                "取数之后否决认定有变，请退回草稿、重新取数。",
                "Findings for vetoes have changed since the figures were taken; take them anew.",
            )
        )


def _is_owed(held: Assessment, at: datetime) -> bool:
    """Tell whether what is published has to be corrected."""
    return held.previous is not None and (held.led_by.exists() or overtaken(held.previous, at))


def overtaken(assessment: Assessment, at: datetime) -> bool:
    """Tell whether the findings that stand at an instant are others than those that a version rests on."""
    inputs = inputs_in(assessment)
    return findings_now(inputs, at) != inputs.findings


def waiting_in(inputs: Inputs) -> list[tuple[str, str]]:
    """Return what has still to be entered: body and indicator by name."""
    names = {one.id: one.zh for one in inputs.scheme.indicators}
    scores = inputs.scores()
    return [(body.zh, names[item]) for body in inputs.bodies for item in scores[body.code].waiting]


def reason_in(reason: str) -> str:
    """Return a reason; raises AssessmentError where there is none."""
    if not reason.strip():
        raise AssessmentError(Text("请写明理由。", "Say why."))
    return reason.strip()[:LONGEST]


def may(roles: Iterable[str], acting: Acting) -> None:
    """Ask for one of the roles that the pack names; the system itself acts without a person."""
    if acting.by is not None and not acting.by.roles & set(roles):
        raise AssessmentError(Text("您的岗位不能这样办理考核。", "Your posts do not allow this act on an assessment."))


# --- rows


def _store_marks(assessment: Assessment) -> None:
    """Write results and marks anew from the inputs; they follow from these alone."""
    inputs = inputs_in(assessment)
    assessment.results.all().delete()
    BodyResult.objects.bulk_create(results_of(assessment, inputs))
    results = list(assessment.results.all())  # read back: an older SQLite returns no keys of many rows
    Mark.objects.bulk_create(mark for one in results for mark in marks_of(one, inputs))


def _record(held: Assessment, acting: Acting) -> AssessmentSchemeRecord:
    return record_for(held.scheme, term_named(held.term), acting.at)


def _held(assessment: Assessment, acting: Acting, *states: str) -> Assessment:
    rows = Assessment.objects.select_for_update(of=("self",)).select_related("snapshot", "previous__snapshot")
    held = rows.get(pk=assessment.pk)
    if acting.revision is not None and acting.revision != held.revision:
        raise AssessmentError(
            Text(
                "考核在您打开后已有变动，请查看后再办。", "The assessment has changed since you opened it; look again."
            )
        )
    if held.state not in states:
        name = Assessment.State(held.state)
        raise AssessmentError(
            Text(f"考核现在是“{name.label}”，不能这样办理。", f"The assessment is {held.state}; this cannot be done.")
        )
    return held


def _kept(held: Assessment, kind: str, acting: Acting, reason: str = "") -> Assessment:
    held.revision += 1
    held.save()
    _note(held, kind, acting, reason)
    return held


def _note(held: Assessment, kind: str, acting: Acting, reason: str = "") -> None:
    AssessmentEvent.objects.create(
        assessment=held, at=acting.at, by=acting.by, kind=kind, reason=reason[:LONGEST], snapshot=held.snapshot_id
    )
    detail: dict[str, Any] = {"scheme": held.scheme, "term": held.term, "snapshot": held.snapshot_id}
    if held.published:
        detail |= {"number": held.number, "docx": held.docx_sha256, "pdf": held.pdf_sha256}
    audit(f"assessment.{kind}", subject=held, actor=acting.by, at=acting.at, detail=detail)
    tell_of(held, kind, reason, acting.at)
