"""Penalties that add up (累计处罚): the rating of restaurants, the points of inspection stations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from lantian.apps.accounts.models import Organisation
from lantian.apps.audit.services import record
from lantian.apps.ledger.kinds import kind as kind_of
from lantian.apps.ledger.models import ChangeNotice, Credential, Source, SourceChange, SourcePenalty
from lantian.apps.ledger.rulebook import rules_on
from lantian.apps.ledger.services.credentials import Act, CredentialError, kind_named
from lantian.apps.ledger.services.notices import tell_of_change
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING
from lantian.policy.records_credential import ConductLadder
from lantian.workflow.ladders import Ladder, Level, Penalty, Standing, standing


def ladder_of(rule: ConductLadder) -> Ladder:
    """Return a rule of the pack as the ladder that counts."""
    levels = tuple(Level(one.at, one.consequence, days=one.days, months=one.months) for one in rule.levels)
    return Ladder(rule.id, rule.counting, levels, window_days=rule.window_days)


def rule_for(kind: str, on: date, counting: str) -> ConductLadder | None:
    """Return the rule of a kind of source on a day that counts in a way; None when the pack has none."""
    return next((one for one in rules_on(ConductLadder, on) if (one.kind, one.counting) == (kind, counting)), None)


def rating_notice(penalties: Iterable[Penalty], on: date, rule: ConductLadder) -> Standing:
    """Return where a source stands on a day: its ``level`` is reached exactly at the pack's count in the window.

    Two penalties lie inside 365 days when the second is decided at most 364 days after the first.
    """
    return standing(ladder_of(rule), penalties, on)


def crossings(penalties: Iterable[Penalty], rule: ConductLadder) -> list[Penalty]:
    """Return the penalties at which a level is reached that was not reached just before."""
    ordered = sorted((one for one in penalties if not one.revoked), key=lambda one: (one.day, one.id))
    found: list[Penalty] = []
    for place, one in enumerate(ordered):
        before = rating_notice(ordered[:place], one.day, rule).level
        after = rating_notice(ordered[: place + 1], one.day, rule).level
        if after is not None and (before is None or after.at > before.at):
            found.append(one)
    return found


def penalties_of(source: Source) -> list[Penalty]:
    """Return a source's penalties as ladders count them."""
    return [Penalty(str(one.pk), one.decided_on, revoked=one.revoked) for one in source.penalties.all()]


@transaction.atomic
def record_penalty(source: Source, number: str, decided_on: date, reason: str, act: Act) -> SourceChange | None:
    """Record a penalty; returns the change of which the rating department is told, if it tips the scale.

    Raises CredentialError for a decision that is recorded already, or one of a day to come.
    """
    if decided_on > act.at.astimezone(BEIJING).date():
        raise CredentialError(Text("决定日期在将来。", "The decision lies in the future."))
    kept = Source.objects.select_for_update().get(pk=source.pk)
    if kept.penalties.filter(number=number).exists():
        raise CredentialError(Text(f"决定书 {number} 已登记。", f"Decision {number} is recorded already."))
    rule = rule_for(kept.kind, decided_on, "days")
    before = crossings(penalties_of(kept), rule) if rule else []
    made = SourcePenalty.objects.create(
        source=kept, number=number, decided_on=decided_on, reason=reason, at=act.at, by=act.by
    )
    record("source.penalised", subject=kept, actor=act.by, at=act.at, detail={"code": kept.code, "number": number})
    if rule is None or len(crossings(penalties_of(kept), rule)) <= len(before):
        return None
    return _notify(kept, made, rule, act)


@transaction.atomic
def revoke_penalty(penalty: SourcePenalty, act: Act) -> None:
    """Take a penalty out of the count (撤销处罚决定), with the reason; what was told stays told."""
    if not act.reason.strip():
        raise CredentialError(Text("撤销须写明事由。", "To revoke, give a reason."))
    if penalty.revoked:
        raise CredentialError(Text("该决定已撤销。", "The decision is revoked already."))
    penalty.revoked = True
    penalty.save(update_fields=["revoked"])
    detail = {"code": penalty.source.code, "number": penalty.number, "reason": act.reason}
    record("source.penalty-revoked", subject=penalty.source, actor=act.by, at=act.at, detail=detail)


def _notify(source: Source, penalty: SourcePenalty, rule: ConductLadder, act: Act) -> SourceChange:
    """Tell the department that acts on the level, once."""
    found = rating_notice(penalties_of(source), penalty.decided_on, rule)
    fields = {"penalties": [None, found.count], "consequence": [None, rule.levels[0].consequence]}
    change = SourceChange.objects.create(
        source=source,
        version=source.version,
        kind="penalised",
        at=act.at,
        by=act.by,
        reason=f"{rule.zh}（{rule.citation.zh}）",
        fields=fields,
    )
    if Organisation.objects.filter(pk=rule.notify).exists():
        ChangeNotice.objects.create(change=change, organisation_id=rule.notify)
        tell_of_change(source, kind_of(source.kind), change.pk, [rule.notify], act.at)
    return change


@dataclass(frozen=True)
class PointsStanding:
    """A station's points: left, taken in this cycle, and what that leads to by the pack."""

    left: int
    taken: int
    standing: Standing
    rule: ConductLadder

    @property
    def consequence(self) -> ConductLadder.Level | None:
        """The level reached."""
        reached: Sequence[ConductLadder.Level] = [one for one in self.rule.levels if one.at <= self.taken]
        return reached[-1] if reached else None


def points_standing(credential: Credential, on: date) -> PointsStanding | None:
    """Return how a station stands in its cycle (记分周期); None for credentials without points."""
    start = kind_named(credential.kind).points
    rule = rule_for(credential.source.kind, on, "points")
    if start is None or credential.points is None or rule is None:
        return None
    taken = start - credential.points
    counted = [Penalty(str(credential.pk), on, cycle="now", points=taken)] if taken else []
    return PointsStanding(credential.points, taken, standing(ladder_of(rule), counted, on, "now"), rule)
