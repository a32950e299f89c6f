"""Records of the review of new projects (项目准入): closed and restricted sectors, bulk goods, ratios of offsets."""

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from lantian.policy.records import Model, Record, record_type

Pollutant = Literal["so2_t", "nox_t", "pm_t", "voc_t"]


@record_type("restricted_category")
class RestrictedCategory(Record):
    """A sector that may not begin, or only under conditions (新增产业禁止和限制目录).

    level: ``prohibited`` is refused; ``restricted`` needs the conditions that it fulfils in the decision; ``voc`` is
    held back for its solvents. codes: what sector codes (GB/T 4754) of it begin with. but: codes beginning so are not
    meant.
    """

    level: Literal["prohibited", "restricted", "voc"]
    codes: tuple[str, ...] = Field(min_length=1)
    but: tuple[str, ...] = ()

    def covers(self, code: str) -> bool:
        """Tell whether a sector code belongs to it."""
        return code.startswith(self.codes) and not (bool(self.but) and code.startswith(self.but))


@record_type("project_rule")
class ProjectRule(Record):
    """How new projects are reviewed (项目审查).

    reviewers: organisations that decide. ratios: closed emission for each part of new emission, by pollutant; what is
    not named needs none. closed: ledgers whose closed entries give credit. closed_on: their attribute with the day on
    which the closure was verified. goods: bulk goods; modes: how they may be carried, ``road`` ones only by exception.
    """

    class Mode(Model):
        """A way of carrying goods."""

        id: str
        zh: str
        en: str
        road: bool = False

    class Goods(Model):
        """Bulk goods."""

        id: str
        zh: str
        en: str

    references: ClassVar[Mapping[str, str]] = {"reviewers": "organisation", "closed": "kind"}

    reviewers: tuple[str, ...] = Field(min_length=1)
    ratios: dict[Pollutant, Decimal]
    closed: tuple[str, ...] = Field(min_length=1)
    closed_on: str
    goods: tuple[Goods, ...]
    modes: tuple[Mode, ...] = Field(min_length=1)
    transport_article: int
