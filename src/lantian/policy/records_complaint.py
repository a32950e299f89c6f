"""Records of complaints (投诉举报): channels, topics, which reports are alike, what repeats lead to, rewards."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from lantian.analysis.duplicates import Limits
from lantian.policy.records import BadValueError, Model, Record, record_type
from lantian.workflow.rewards import Band

Intake = Literal["public", "system", "desk"]
"""Who enters what comes by a channel: the public on its page, another system or its sheet, the duty desk."""


@record_type("complaint_channel")
class ComplaintChannelRecord(Record):
    """A way on which complaints come (渠道). order_number: the sender numbers them, so that none is taken twice."""

    order: int = 0
    intake: Intake
    order_number: bool = False


@record_type("complaint_topic")
class ComplaintTopicRecord(Record):
    """What a complaint is about (类别). words: of a text, which suggest it. time: the class of its hotline times.

    handler: who checks it unless the desk names another.
    """

    references: ClassVar[Mapping[str, str]] = {"handler": "organisation"}

    order: int = 0
    words: tuple[str, ...] = ()
    time: str
    handler: str


class VisitRecord(Model):
    """What a call back may find: the outcome of the case's step, and whether it counts as solved and as satisfied."""

    id: str
    zh: str
    en: str
    solved: bool
    satisfied: bool


@record_type("complaint_rule")
class ComplaintRuleRecord(Record):
    """How complaints are cases: the type, who checks, the step that replies with its outcomes, and the call back.

    party: the part of who checks. replied: the outcome where the complainant can be told; anonymous: where nobody can
    be. warn_percent: elapsed share of a period from which its lamp is yellow and the reply is reminded of.
    urgent_hours: what has to be taken up within them is told at once.
    """

    references: ClassVar[Mapping[str, str]] = {"case_type": "case_type"}

    case_type: str
    party: str
    reply_step: str
    replied: str
    anonymous: str
    visit_step: str
    visits: tuple[VisitRecord, ...] = Field(min_length=1)
    warn_percent: int = Field(gt=0, lt=100)
    urgent_hours: int = Field(ge=0)


@record_type("complaint_match")
class ComplaintMatchRecord(Record):
    """How near two complaints have to be to look like one [m, h, percent of the wording and of the place's words]."""

    metres: Decimal = Field(gt=0)
    hours: int = Field(gt=0)
    likeness_percent: int = Field(ge=0, le=100)
    place_percent: int = Field(ge=0, le=100)

    def limits(self) -> Limits:
        """Return the pure limits."""
        hours = timedelta(hours=self.hours)
        return Limits(
            float(self.metres), hours, Fraction(self.likeness_percent, 100), Fraction(self.place_percent, 100)
        )


class RepeatLevelRecord(Model):
    """From so many complaints of one place on, this is recommended."""

    at: int = Field(ge=2)
    zh: str
    en: str


@record_type("complaint_repeat")
class ComplaintRepeatRecord(Record):
    """What many complaints of one place and topic within so many days lead to (反复举报)."""

    metres: Decimal = Field(gt=0)
    days: int = Field(gt=0)
    levels: tuple[RepeatLevelRecord, ...] = Field(min_length=1)

    @property
    def least(self) -> int:
        """From how many complaints on something is recommended."""
        return min(level.at for level in self.levels)

    def level(self, count: int) -> RepeatLevelRecord | None:
        """Return the highest level reached."""
        reached = [level for level in self.levels if count >= level.at]
        return max(reached, key=lambda level: level.at, default=None)


class BandRecord(Model):
    """A band of the reward [yuan]. penalty: it needs one; findings: one of these of it, such as ``malice``."""

    id: str
    zh: str
    en: str
    yuan: int = Field(ge=0)
    penalty: bool = False
    findings: tuple[str, ...] = ()


@record_type("reward_rule")
class RewardRuleRecord(Record):
    """What a true report earns (有奖举报). needs_name: who keeps their name to themselves earns nothing."""

    needs_name: bool
    bands: tuple[BandRecord, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _bands_are_told_apart(self) -> Self:
        ids = [band.id for band in self.bands]
        if len(ids) != len(set(ids)):
            raise BadValueError("档次的 id 重复", "two bands have the same id")
        return self

    def pure_bands(self) -> tuple[Band, ...]:
        """Return the pure bands."""
        return tuple(Band(one.id, one.yuan, one.penalty, frozenset(one.findings)) for one in self.bands)

    def band(self, name: str) -> BandRecord | None:
        """Return a band by id."""
        return next((band for band in self.bands if band.id == name), None)
