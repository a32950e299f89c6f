"""Records of sampling (抽检): goods with the limits that they are tested against, and the rule of the chain."""

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar, Self

from pydantic import Field, model_validator

from lantian.kernel.errors import Text
from lantian.policy.records import BadValueError, Confidence, Model, Record, record_type


class SampleItem(Model):
    """What is measured of a sample (检测项目); its limits are written with the decimals in which they are compared."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    zh: str
    en: str
    unit: str
    low: Decimal | None = None
    high: Decimal | None = None
    standard: str
    clause: str | None = None
    confidence: Confidence = "B"

    @model_validator(mode="after")
    def _has_a_limit(self) -> Self:
        if self.low is None and self.high is None:
            raise BadValueError("须写 low 或 high", "needs low or high")
        return self

    @property
    def citation(self) -> Text:
        """Where the limit is written."""
        return Record(id="item", zh=self.zh, en=self.en, standard=self.standard, clause=self.clause).citation


@record_type("sampled_good")
class SampledGoodRecord(Record):
    """A good that is sampled (抽检品种), with the limits that held in its validity dates.

    kinds: ledgers whose entries sell or use it. category: of the case that a failed sample opens. organisation: takes
    the samples; laboratory: tests them. monthly: so many are to be taken in a month at least; None is no plan.
    """

    references: ClassVar[Mapping[str, str]] = {
        "kinds": "kind",
        "organisation": "organisation",
        "laboratory": "organisation",
    }

    kinds: tuple[str, ...] = Field(min_length=1)
    category: str
    organisation: str
    laboratory: str
    monthly: int | None = Field(default=None, ge=1)
    order: int = 0
    items: tuple[SampleItem, ...] = Field(min_length=1)

    def item(self, name: str) -> SampleItem | None:
        """Return an item by id."""
        return next((one for one in self.items if one.id == name), None)


@record_type("sample_rule")
class SampleRuleRecord(Record):
    """The chain of samples (样品流转规定).

    word: before the year of a sample's number. handover_hours: from taking to the laboratory. test_days: from there to
    the result. photo: one is asked of the taking. case_type: opened by a failed sample; second: its step in which the
    retained sample is tested, with the outcomes confirmed and cleared; exposed: its step whose outcome published
    lets the public see the result.
    """

    references: ClassVar[Mapping[str, str]] = {"case_type": "case_type"}

    word: str
    handover_hours: int = Field(ge=1)
    test_days: int = Field(ge=1)
    photo: bool = True
    case_type: str
    second: str
    confirmed: str
    cleared: str
    exposed: str
    published: str
