"""Findings that fail or limit an assessment (否决认定): of cases by themselves, others entered; revoked on record.

A finding of a case comes inside the transaction of the act that sets it (第三十一条：考核结果直接认定为不合格), so that
no falsification is confirmed without its effect. What was published before it, or before it was revoked, is corrected
by another version.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from lantian.apps.accounts.models import Area
from lantian.apps.assessment import rules
from lantian.apps.assessment.models import Assessment, VetoFinding
from lantian.apps.assessment.selectors.facts import STREET_DIGITS
from lantian.apps.assessment.services.schemes.acts import (
    Acting,
    AssessmentError,
    correct,
    keep_file,
    may,
    overtaken,
    reason_in,
)
from lantian.apps.assessment.services.schemes.asked import bodies_of
from lantian.apps.assessment.services.schemes.telling import tell_of_finding
from lantian.apps.audit.services import record as audit
from lantian.apps.cases.models import Case, CaseStep
from lantian.apps.ledger.services.attachments import Sent
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.policy.assessments import final_name, schemes
from lantian.policy.records_assessment import AssessmentSchemeRecord, VetoRecord


@dataclass(frozen=True)
class NewFinding:
    """A finding entered by hand. veto: one that no case finds."""

    veto: str
    body: str
    happened: date
    reason: str
    file: Sent | None


def find_in_case(case: Case, kind: str) -> None:
    """Follow an act on a case: a step taken that a veto of the pack names is a finding against who answers for it."""
    if kind != "taken":
        return
    step = case.history.filter(kind="taken").order_by("pk").last()
    if step is None:
        return
    vetoes = {
        veto.id: veto
        for scheme in schemes(rules.pack(), day_of(step.at)) for veto in scheme.vetoes
        if (veto.case_type, veto.case_step, veto.case_outcome) == (case.type, step.step, step.outcome)
    }  # fmt: skip
    for veto in vetoes.values():
        _found(case, step, veto)


def _found(case: Case, step: CaseStep, veto: VetoRecord) -> None:
    body = body_of_case(case, day_of(step.at))
    if not body:
        raise AssessmentError(
            Text(
                f"案件没有写明街乡或部门，“{veto.zh}”无处认定；请用“分案”把此环节分到台账上写有街乡的对象。",
                f"The case names neither street nor department: {veto.en!r} would fail nobody; split this step off to "
                "the ledger's entry that it is about, whose street is known.",
            )
        )
    if VetoFinding.objects.filter(veto=veto.id, body=body, case=case, revoked_at__isnull=True).exists():
        return
    made = VetoFinding.objects.create(
        veto=veto.id, body=body, case=case, step=step.pk, happened=day_of(case.happened_at), confirmed=day_of(step.at),
        reason=step.reason or case.title, at=step.at, by=step.by, synthetic=case.synthetic,
    )  # fmt: skip
    _follow(made, "found", Acting(step.by, step.at))


def body_of_case(case: Case, day: date) -> str:
    """Return who answers: the department that owns what was falsified, else the street where it lies, else "".

    The street is that of the case, else of the ledger's entry that it is about.
    """
    owner = case.source.owner_id if case.source else None
    assessed = {code for scheme in schemes(rules.pack(), day) for code in scheme.organisations}
    if owner in assessed:
        return str(owner)
    areas = [case.area_code, (case.source.area_id if case.source else None) or ""]
    streets = [one[:STREET_DIGITS] for one in areas]
    known = set(Area.objects.of_kind("street").filter(pk__in=streets).values_list("pk", flat=True))
    return next((one for one in streets if one in known), "")


@transaction.atomic
def enter_finding(new: NewFinding, acting: Acting) -> VetoFinding:
    """Enter a finding that no case makes, with its evidence."""
    day = day_of(acting.at)
    scheme, veto = _entered_by_hand(new.veto, day)
    may(scheme.drafters, acting)
    if new.file is None:
        raise AssessmentError(Text("请附认定文件。", "Add the paper that it rests on."))
    assessed = {one.code for each in schemes_with(new.veto, day) for one in bodies_of(each, day)}
    if new.body not in assessed:
        raise AssessmentError(Text("不在考核名单。", "This body is not assessed."))
    if new.happened > day:
        raise AssessmentError(Text("发生日期在将来。", "It cannot have happened in the future."))
    same = {"veto": veto.id, "body": new.body, "happened": new.happened, "case": None}
    if VetoFinding.objects.filter(**same, revoked_at__isnull=True).exists():
        raise AssessmentError(
            Text("此单位同日的同一认定已登记。", "The same finding of this body and day was entered already.")
        )
    made = VetoFinding.objects.create(
        veto=veto.id, body=new.body, happened=new.happened, confirmed=day, reason=reason_in(new.reason), at=acting.at,
        by=acting.by, **keep_file(new.file),
    )  # fmt: skip
    _follow(made, "found", acting)
    return made


@transaction.atomic
def revoke(finding: VetoFinding, reason: str, file: Sent | None, acting: Acting) -> VetoFinding:
    """Revoke a finding, with the paper that does so and by somebody else than who made it; what it did is corrected."""
    held = VetoFinding.objects.select_for_update().get(pk=finding.pk)
    scheme = next(iter(schemes_with(held.veto, day_of(acting.at))), None)
    may(scheme.signers if scheme else (), acting)
    if held.revoked_at is not None:
        raise AssessmentError(Text("此认定已经撤销。", "This finding was revoked already."))
    if acting.by is not None and acting.by.pk == held.by_id:
        raise AssessmentError(Text("作出认定的人不能撤销。", "Whoever made a finding does not revoke it."))
    if file is None:
        raise AssessmentError(Text("请附撤销文件。", "Add the paper that revokes it."))
    kept = keep_file(file)
    held.revoked_at, held.revoked_by, held.revoke_reason = acting.at, acting.by, reason_in(reason)
    held.revoke_path, held.revoke_sha256 = kept["file_path"], kept["file_sha256"]
    held.save()
    _follow(held, "revoked", acting)
    return held


def schemes_with(veto: str, day: date) -> Iterator[AssessmentSchemeRecord]:
    """Return the schemes in force on a day that have a veto."""
    return (one for one in schemes(rules.pack(), day) if veto in {each.id for each in one.vetoes})


def _entered_by_hand(name: str, day: date) -> tuple[AssessmentSchemeRecord, VetoRecord]:
    for scheme in schemes_with(name, day):
        if not scheme.veto(name).by_case:
            return scheme, scheme.veto(name)
    raise AssessmentError(
        Text("此否决事项由案件认定，不能直接登记。", "A case makes this finding; it is not entered by hand.")
    )


def _follow(finding: VetoFinding, what: str, acting: Acting) -> None:
    """Audit, tell, and correct what was published of the terms that it falls into."""
    day = day_of(acting.at)
    label = finding.case.number if finding.case else "经"
    detail = {
        "veto": finding.veto,
        "body": finding.body,
        "case": label,
        "reason": finding.revoke_reason or finding.reason,
    }
    audit(f"veto.{what}", subject=finding, actor=acting.by, at=acting.at, detail=detail)
    found = list(schemes_with(finding.veto, day))
    veto = found[0].veto(finding.veto)
    tell_of_finding(finding, Text(veto.zh, veto.en), acting.at)
    zh = "撤销" if what == "revoked" else "认定"
    for scheme in found:
        term = _term_of(scheme, finding)
        last = Assessment.objects.standing().filter(scheme=scheme.id, term=term).order_by("version").last()
        if last is not None and overtaken(last, acting.at):
            correct(scheme.id, term, f"{label}{zh}“{veto.zh}”", acting)


def _term_of(scheme: AssessmentSchemeRecord, finding: VetoFinding) -> str:
    by_day = scheme.veto(finding.veto).counted == "happened"
    return (
        str((finding.happened if by_day else finding.confirmed).year) if scheme.span == "year" else final_name(scheme)
    )
