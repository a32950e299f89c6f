"""Records of rankings (排名): what is ranked, over which spans, what a missing value means, and how sure a rank is."""

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from lantian.kernel.errors import Text
from lantian.kernel.periods import Span
from lantian.policy.records import BadValueError, Confidence, Model, Record, record_type

Subject = Literal["pm25", "coarse", "tsp", "road-dust", "in-time", "bare-land", "clusters"]
"""What a ranking is about: means of the air, imported results, clocks of cases, or entries of a ledger."""

Intervals = Literal["blocks", "widened"]
"""How intervals of ranks follow from days: drawn in blocks, or those draws widened by what carries over."""

AIR: frozenset[str] = frozenset({"pm25", "coarse", "tsp"})


class GradeLimit(Model):
    """A limit of results of a road's grade, in the ranking's unit; a mean above it is over the limit."""

    grade: str
    zh: str
    en: str
    value: Decimal
    confidence: Confidence = "B?"


@record_type("ranking")
class RankingRecord(Record):
    """A ranking (排名) of streets, responsible bodies or entries of a ledger.

    also: further articles it rests on. spans: for which periods it is made. of: what is ranked.
    first: which values come first, as the best. decimals: a value is rounded once by GB/T 8170, and what is printed is
    ranked. points: kinds of points whose daily values count.
    least: what a value needs to be ranked: ``standard`` is the valid days that HJ 663 asks of a month, a quarter or a
    year, less those excluded; ``count`` is ``least_count`` results or steps; ``none`` asks nothing.
    missing: where a place with too little stands. without_sand_dust: days decided as sand dust are left out for all.
    draws: resampled periods from which intervals of ranks follow, 0 where everything is counted and nothing is sampled;
    block_days: days that stay together; level_percent: of the intervals; intervals: of the air, whether the draws are
    widened by what carries over from day to day, or stay as ``blocks`` give them.
    seed: ``period``: from the record's id and the period, so that the same data give the same bands.
    shown: how many places a summary names at each end. last_percent: the share at the end that must act, ties at its
    edge ``in`` or ``out``. limits: by grade of road. steps: of cases, none: all that have a clock.
    order_case, order_to: the type of case by which a laggard is ordered to rectify, and who serves it.
    over_percent: the share of results above their limit from which a place is a laggard, too.
    city_last: of TSP, the plan's quantity that says how many of the last places in the city's own list are notified.
    """

    references: ClassVar[Mapping[str, str]] = {
        "organisation": "organisation", "order_case": "case_type", "order_to": "organisation",
        "city_last": "quantity",
    }  # fmt: skip

    subject: Subject
    spans: tuple[Span, ...] = Field(min_length=1)
    of: Literal["street", "body", "entry"] = "street"
    order: int = 0
    also: tuple[int, ...] = ()
    organisation: str
    first: Literal["smallest", "largest"]
    unit: str
    decimals: int = Field(ge=0, le=3)
    points: tuple[str, ...] = ()
    least: Literal["standard", "count", "none"] = "none"
    least_count: int = Field(default=1, ge=1)
    missing: Literal["unranked", "last"] = "unranked"
    without_sand_dust: bool = False
    draws: int = Field(default=2000, ge=0, le=20_000)
    block_days: int = Field(default=4, ge=1, le=31)
    level_percent: int = Field(default=90, gt=50, lt=100)
    intervals: Intervals = "blocks"
    seed: Literal["period"] = "period"
    shown: int = Field(default=3, ge=1)
    last_percent: int | None = Field(default=None, gt=0, lt=100)
    last_ties: Literal["in", "out"] = "in"
    limits: tuple[GradeLimit, ...] = ()
    steps: tuple[str, ...] = ()
    order_case: str | None = None
    order_to: str | None = None
    over_percent: int | None = Field(default=None, gt=0, le=100)
    city_last: str | None = None

    @model_validator(mode="after")
    def _fits_its_subject(self) -> Self:
        if (self.subject in AIR) != bool(self.points):
            raise BadValueError(
                "空气类排名须写 points，其他不得写", "rankings of the air name kinds of points, others have none"
            )
        if self.least == "standard" and self.subject not in AIR:
            raise BadValueError("least = standard 只用于空气类排名", "least = standard is for rankings of the air only")
        if self.intervals != "blocks" and self.subject not in AIR:
            raise BadValueError("intervals 只用于空气类排名", "intervals is for rankings of the air only")
        if (self.order_case is None) != (self.order_to is None):
            raise BadValueError("order_case 与 order_to 须同时写", "order_case and order_to go together")
        if self.city_last is not None and self.subject != "tsp":
            raise BadValueError("city_last 只用于 TSP 排名", "city_last is of the ranking of TSP alone")
        return self

    @property
    def basis(self) -> Text:
        """All that it rests on: its own citation and the further articles."""
        cited = [self.citation, *(Record(id="x", zh="x", en="x", article=one).citation for one in self.also)]
        return Text("、".join(one.zh for one in cited), ", ".join(one.en for one in cited))

    def with_intervals(self, how: Intervals) -> Self:
        """Return it with another way to its intervals; for other subjects than the air there is but one."""
        return self.model_copy(update={"intervals": how}) if self.subject in AIR else self

    @property
    def level(self) -> float:
        """The level of its intervals as a share."""
        return self.level_percent / 100

    @property
    def largest_first(self) -> bool:
        """Whether the largest value comes first."""
        return self.first == "largest"
