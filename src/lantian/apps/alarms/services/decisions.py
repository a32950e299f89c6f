"""Decisions about rules (规则升降级): a rule raises alarms or only observes, by a recorded decision of a person."""

from datetime import datetime

from django.db import transaction

from lantian.apps.accounts.models import Person
from lantian.apps.alarms.models import Alarm, RuleDecision
from lantian.apps.alarms.selectors.precision import RulePrecision, Share, board, policy_on
from lantian.apps.alarms.selectors.words import Words, words
from lantian.apps.alarms.services.errors import AlarmError
from lantian.apps.audit.services import record
from lantian.kernel.errors import Text


@transaction.atomic
def decide_rule(
    rule: str, *, mode: str, reason: str, by: Person | None, at: datetime, on: Share | None = None
) -> RuleDecision:
    """Record that a rule raises alarms or only observes from now on; raises AlarmError.

    by: None where the pack lets the platform demote a rule by itself.
    """
    if mode not in RuleDecision.Mode.values:
        raise AlarmError(Text(f"没有“{mode}”这种方式。", f"There is no mode '{mode}'."))
    if not reason.strip():
        raise AlarmError(Text("请写明决定的理由。", "Say why."))
    judged, true = (on.judged, on.true) if on else (0, 0)
    decision = RuleDecision.objects.create(
        rule=rule, mode=mode, at=at, by=by, reason=reason.strip()[:500], judged=judged, true=true
    )
    detail = {"rule": rule, "mode": mode, "reason": decision.reason, "judged": judged, "true": true}
    record("alarm-rule.decided", subject=decision, actor=by, at=at, detail=detail)
    return decision


def demote_by_policy(at: datetime, *, said: Words | None = None) -> list[RuleDecision]:
    """Demote the rules whose precision lies below their floor beyond doubt, if the pack lets the platform do so.

    The decision is on record like a person's, with the numbers it rests on; a person may take it back.
    """
    known = said or words()
    if not policy_on(known, at).demote:
        return []
    return [
        decide_rule(
            line.record.id,
            mode=RuleDecision.Mode.OBSERVE,
            reason=_grounds(line),
            by=None,
            at=at,
            on=line.share,
        )
        for line in board(Alarm.objects.all(), known, at)
        if line.to_demote and not _decided_since_judged(line.record.id, line.share.judged)
    ]


def _grounds(line: RulePrecision) -> str:
    share = line.share
    return f"属实 {share.true}/{share.judged}，区间上端 {share.high:.0%} < 下限 {line.floor:.0%}（按政策包）"


def _decided_since_judged(rule: str, judged: int) -> bool:
    """Tell whether somebody decided about the rule knowing as many judgements: that decision stands until more come."""
    newest = RuleDecision.objects.filter(rule=rule).order_by("-at", "-pk").first()
    return newest is not None and newest.judged >= judged
