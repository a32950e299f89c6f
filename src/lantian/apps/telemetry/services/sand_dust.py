"""Sand-dust decisions (沙尘认定): the hours that a person, not a formula, takes out of evaluation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from lantian.apps.accounts.models import Person
from lantian.apps.audit.services import record
from lantian.apps.telemetry.models import SandDustDecision
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.factors import Factor


class SandDustError(LantianError):
    """A sand-dust decision that cannot be recorded."""


@dataclass(frozen=True)
class SandDust:
    """Hours of sand dust: starts of the first and last hour (UTC), factors, and points or an area.

    official: a decision with its reference (document), or only a proposal. reason: why, in the decider's words.
    """

    first_hour: datetime
    last_hour: datetime
    factors: Sequence[Factor]
    points: Sequence[str] = ()
    area_code: str = ""
    reference: str = ""
    official: bool = False
    reason: str = ""


@transaction.atomic
def decide_sand_dust(dust: SandDust, *, by: Person | None, at: datetime) -> SandDustDecision:
    """Record that hours were sand dust; raises SandDustError.

    It refuses hours that end before they start, a decision without reason or factor, an official one without reference.
    """
    if dust.last_hour < dust.first_hour:
        raise SandDustError(
            Text(
                f"沙尘时段的结束 {dust.last_hour} 早于开始 {dust.first_hour}。",
                f"The sand dust ends at {dust.last_hour}, before it starts at {dust.first_hour}.",
            )
        )
    if not dust.reason.strip():
        raise SandDustError(Text("请写明沙尘认定的理由。", "Say why these hours are taken for sand dust."))
    if not dust.factors:
        raise SandDustError(Text("请至少选一个监测因子。", "Choose at least one factor."))
    if dust.official and not dust.reference:
        raise SandDustError(Text("认定沙尘须写明依据文件。", "An official decision names the document it rests on."))
    status = SandDustDecision.Status.OFFICIAL if dust.official else SandDustDecision.Status.PROPOSED
    decision = SandDustDecision.objects.create(
        first_hour=dust.first_hour,
        last_hour=dust.last_hour,
        factors=[factor.value for factor in dust.factors],
        points=list(dust.points),
        area_code=dust.area_code,
        status=status,
        decided_by=by,
        reference=dust.reference,
        reason=dust.reason,
        at=at,
    )
    detail = {
        "first_hour": dust.first_hour.isoformat(),
        "last_hour": dust.last_hour.isoformat(),
        "factors": decision.factors,
        "area": dust.area_code,
        "points": decision.points,
        "reference": dust.reference,
        "reason": dust.reason,
    }
    record(f"sand-dust.{status}", subject=decision, actor=by, at=at, detail=detail)
    return decision
