"""Records of inspections (检查): checklists with their photo rules, visits that are due, and rules of draws."""

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from lantian.kernel.errors import Text
from lantian.policy.records import BadValueError, Confidence, Model, Record, record_type
from lantian.policy.records_rule import Condition

AnswerSort = Literal["yes-no", "number", "choice"]
"""How an item is answered: it is so or not; a number against its limits; one of its choices."""
PhotoWhen = Literal["always", "fail", "none"]
Severity = Literal["minor", "serious"]
InspectionOrigin = Literal["patrol", "routine", "draw", "campaign", "complaint", "alarm", "follow-up"]


class ItemChoice(Model):
    """An answer that a choice allows; fails: it is a failing one."""

    id: str
    zh: str
    en: str
    fails: bool = False


class ChecklistItem(Model):
    """An item of a checklist (检查项).

    zh, en: what ought to be so. unit, low, high: of a number; outside of them it fails. must: the item may not be
    answered as not applicable. photo: when a photo is asked of it. opens: the type of case that it opens when it
    fails; the checklist's own where empty. article, standard and clause where they are not the checklist's.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    zh: str
    en: str
    answer: AnswerSort = "yes-no"
    unit: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    choices: tuple[ItemChoice, ...] = ()
    must: bool = False
    photo: PhotoWhen = "fail"
    severity: Severity = "minor"
    opens: str = ""
    article: int | None = None
    standard: str | None = None
    clause: str | None = None
    confidence: Confidence = "A"

    @model_validator(mode="after")
    def _fits_its_answer(self) -> Self:
        number = self.answer == "number"
        if number != (self.unit is not None) or (not number and (self.low, self.high) != (None, None)):
            raise BadValueError("数值项须有 unit，其他不得有 unit、low、high", "numbers need a unit, others no bounds")
        if (self.answer == "choice") != bool(self.choices):
            raise BadValueError("选择项须有 choices，其他不得有", "a choice needs choices, others have none")
        return self


class PhotoRule(Model):
    """Photos of a whole inspection: how many at least, and how far from the entry's place is remarked on [m]."""

    least: int = Field(default=0, ge=0)
    within_m: int = Field(default=500, gt=0)


@record_type("checklist")
class ChecklistRecord(Record):
    """A checklist (检查表) for ledgers of some kinds, kept by a department.

    kinds: ledgers whose entries it is for. place: it may be used where no entry is known. opens: the type of case that
    a failing item opens, where the item names none.
    """

    references: ClassVar[Mapping[str, str]] = {"kinds": "kind", "organisation": "organisation", "opens": "case_type"}

    kinds: tuple[str, ...] = ()
    place: bool = False
    organisation: str
    order: int = 0
    photos: PhotoRule = PhotoRule()
    opens: str
    items: tuple[ChecklistItem, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_used_somewhere(self) -> Self:
        ids = [item.id for item in self.items]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            raise BadValueError(f"检查项重复：{', '.join(twice)}", f"items twice: {', '.join(twice)}")
        if not self.kinds and not self.place:
            raise BadValueError("须写 kinds 或 place", "needs kinds or place")
        return self

    def item(self, name: str) -> ChecklistItem:
        """Return an item by id; KeyError where it has none."""
        return {one.id: one for one in self.items}[name]

    def citation_of(self, item: ChecklistItem) -> Text:
        """Return where an item is written."""
        if item.article is None and item.standard is None:
            return self.citation
        return Record(
            id="item", zh=item.zh, en=item.en, article=item.article, standard=item.standard, clause=item.clause
        ).citation


@record_type("visit_rule")
class VisitRuleRecord(Record):
    """A check that is due again and again (例行检查) of entries of some kinds.

    organisation: who makes it; None is the office of the entry's street. when: of which entries, None is all.
    every_days: the time from one to the next. early_days: it may be made so much before it is due.
    """

    references: ClassVar[Mapping[str, str]] = {
        "kinds": "kind",
        "organisation": "organisation",
        "checklist": "checklist",
    }

    kinds: tuple[str, ...] = Field(min_length=1)
    organisation: str | None = None
    checklist: str
    when: Condition | None = None
    every_days: int = Field(ge=1)
    early_days: int = Field(ge=0)


@record_type("visit_cap")
class VisitCapRecord(Record):
    """How often an entry is visited at most (入户频次上限) within so many days; follow-ups are not counted."""

    references: ClassVar[Mapping[str, str]] = {"kinds": "kind"}

    kinds: tuple[str, ...] = Field(min_length=1)
    most: int = Field(ge=1)
    days: int = Field(ge=1)


@record_type("inspection_rule")
class InspectionRuleRecord(Record):
    """What holds for all inspections (检查通则).

    counted_origins: inspections of these origins count as a burden of who is inspected. days: so many are looked at
    where a kind has no cap of visits. soon_days: a check is yellow so many days before the end of its time.
    """

    counted_origins: tuple[InspectionOrigin, ...] = Field(min_length=1)
    days: int = Field(ge=1)
    soon_days: int = Field(ge=0)


class DrawRisk(Model):
    """A class of risk (风险等级): the first that holds. after_fail_days: it holds so long after a failure."""

    id: str
    zh: str
    en: str
    weight: int = Field(ge=1)
    least: int = Field(default=0, ge=0)
    when: Condition | None = None
    after_fail_days: int | None = Field(default=None, ge=1)


@record_type("draw_rule")
class DrawRuleRecord(Record):
    """How entries and inspectors are drawn (双随机抽取规则).

    kinds: ledgers drawn from. risks: classes with weights; the last one has no condition. inspectors: drawn for
    each entry. beacon: the public number that gives the seed.
    """

    references: ClassVar[Mapping[str, str]] = {"kinds": "kind", "checklist": "checklist"}

    kinds: tuple[str, ...] = Field(min_length=1)
    checklist: str
    risks: tuple[DrawRisk, ...] = Field(min_length=1)
    inspectors: int = Field(ge=1)
    beacon_zh: str
    beacon_en: str

    @model_validator(mode="after")
    def _has_a_class_for_all(self) -> Self:
        if self.risks[-1].when is not None or self.risks[-1].after_fail_days is not None:
            raise BadValueError("最后一档不得有条件", "the last class has no condition")
        return self


@record_type("found_rate")
class FoundRateRecord(Record):
    """How what inspections find is compared with what is expected (查处率与实际相匹配).

    coverage: probability of the interval. minimum: fewer inspections say nothing.
    """

    coverage: Decimal = Field(gt=0, lt=1)
    minimum: int = Field(ge=1)
