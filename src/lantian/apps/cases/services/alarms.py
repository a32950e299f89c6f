"""Cases and alarms: an alarm that is handed on opens a case, and what the case finds goes back to the alarm."""

from datetime import datetime

from django.db.models import Q

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.alarms.models import Alarm
from lantian.apps.alarms.selectors.words import words
from lantian.apps.alarms.services import judge
from lantian.apps.cases.models import Case, Evidence
from lantian.apps.cases.rules import rules
from lantian.apps.cases.services.opening import NewCase, open_case
from lantian.apps.cases.services.state import note
from lantian.kernel.instants import day_of
from lantian.policy.records_case import CaseTypeRecord


def open_from_alarm(alarm: Alarm, to: Organisation) -> None:
    """Hook: open the case of an alarm that was handed on; where one is open already, note it there instead."""
    event = alarm.events.filter(kind="handed-on").select_related("by").last()
    by, text = (event.by, event.text) if event else (None, "")
    at = alarm.handed_on_at or alarm.raised_at
    running = Case.objects.open().filter(Q(alarm=alarm) | Q(merged__alarm=alarm)).first()
    if running is not None:
        note(running, "commented", by=by, at=at, reason=text, detail={"handed-on": to.code})
        return
    record = _type_for(alarm)
    if record is None:
        return
    post = by.post if by else None
    takers = {"enforcement": to.code} if "enforcement" in record.parties else {}
    new = NewCase(
        type=record.id, title=_title(alarm), facts=text, origin=Case.Origin.ALARM, alarm=alarm, point=alarm.point,
        area_code=alarm.area_code, sender=post.organisation if post else None, happened_at=alarm.first_at,
        takers=takers, synthetic=alarm.synthetic,
    )  # fmt: skip
    attach_alarm(open_case(new, by=by, at=at), alarm, by=by, at=at)


def _type_for(alarm: Alarm) -> CaseTypeRecord | None:
    kind = alarm.point.kind if alarm.point else alarm.device.kind if alarm.device else ""
    types = rules().types(day_of(alarm.first_at)).values()
    return next((record for record in types if kind in record.points), None)


def _title(alarm: Alarm) -> str:
    place = alarm.point.name_zh if alarm.point else str(alarm.device or "")
    return f"{place} · {words().rule_name(alarm.rule, day_of(alarm.first_at)).zh}"


def attach_alarm(case: Case, alarm: Alarm, *, by: Person | None, at: datetime) -> Evidence:
    """Keep an alarm with its readings' snapshot and frames as evidence of a case."""
    first, last = alarm.first_at.isoformat(), alarm.last_at.isoformat()
    detail = {
        "value": alarm.value, "limit": alarm.limit, "unit": alarm.unit, "factor": alarm.factor, "first": first,
        "last": last, "snapshot": alarm.evidence.get("snapshot", ""), "frames": alarm.evidence.get("frames", []),
        "rule": alarm.rule, "rule_version": alarm.rule_version,
    }  # fmt: skip
    kept = Evidence.objects.create(
        case=case, kind=Evidence.Kind.ALARM, at=at, by=by, name=alarm.number, alarm=alarm, detail=detail
    )
    note(case, "evidence", by=by, at=at, reason=alarm.number, detail={"evidence": [kept.pk], "alarm": alarm.number})
    return kept


def judge_alarm(case: Case, finding: str, reason: str, *, by: Person, at: datetime) -> None:
    """Give the alarms of a case, and of those merged into it, what was found, unless somebody has judged them."""
    for alarm in Alarm.objects.filter(Q(cases=case) | Q(cases__merged_into=case), outcome="").distinct():
        judge(alarm, outcome=finding, reason=f"{case.number}：{reason}", by=by, at=at)
        note(case, "judged", by=by, at=at, outcome=finding, reason=alarm.number, detail={"alarm": alarm.number})
