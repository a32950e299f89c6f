"""Records of duties (职责规则): alerts, dust, vehicles, stack gas, administrative procedure, hotline."""

from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from lantian.kernel.factors import Factor
from lantian.policy.records import BadValueError, Model, Record, record_type


class SpellRecord(Model):
    """So many consecutive days above an index, or reaching it."""

    days: int = Field(ge=1)
    above: int | None = None
    reaching: int | None = None

    @model_validator(mode="after")
    def _one_threshold(self) -> Self:
        if (self.above is None) == (self.reaching is None):
            raise BadValueError("须恰好写 above 或 reaching", "needs either above or reaching")
        return self


class AlertLevelRecord(Model):
    """A level and its conditions: one of ``any`` is enough, its spells must all be met."""

    level: Literal["red", "orange", "yellow", "blue", "advice"]
    any: tuple[tuple[SpellRecord, ...], ...]


@record_type("alert_edition")
class AlertEditionRecord(Record):
    """Start conditions of alerts in one plan edition, strictest level first."""

    levels: tuple[AlertLevelRecord, ...]


@record_type("reduction_floor")
class ReductionFloorRecord(Record):
    """Least reduction shares by level [%], and the pollutants whose shares may be exchanged."""

    floors: dict[str, Decimal]
    exchange: tuple[str, ...]
    decimals: int


class CountLimitRecord(Model):
    """At most ``allowed`` values a day above ``above``."""

    above: Decimal
    allowed: int


@record_type("site_limit")
class SiteLimitRecord(Record):
    """A standard for dust of construction sites."""

    factor: Factor
    averaging: str
    unit: Literal["µg/m³", "mg/m³"]
    cases: dict[str, Decimal] = {}
    counts: tuple[CountLimitRecord, ...] = ()
    background: bool = False


@record_type("road_factor")
class RoadFactorRecord(Record):
    """Coefficients of the paved-road emission factor."""

    size: dict[str, Decimal]
    load_power: Decimal
    weight_power: Decimal


@record_type("smoke_limit")
class SmokeLimitRecord(Record):
    """Limits of one diesel test at one limit level."""

    test: Literal["free", "lugdown"]
    level: Literal["a", "b"]
    k: Decimal
    nox: Decimal | None = None
    ringelmann: Decimal | None = None
    power_ratio: Decimal | None = None


@record_type("machine_class")
class MachineClassRecord(Record):
    """Smoke limits of one class of non-road machines; bands: least power [kW] and k [1/m]."""

    name: Literal["I", "II", "III"]
    bands: tuple[tuple[Decimal, Decimal], ...]
    ringelmann: Decimal
    visible_smoke: bool
    altitude_above_m: Decimal
    altitude_adds: Decimal


@record_type("remote_sensing")
class RemoteSensingRecord(Record):
    """When passages fail a vehicle, and the limits of one passage."""

    times: int
    months: int
    limits: dict[str, Decimal]


@record_type("cems_validity")
class CemsValidityRecord(Record):
    """Valid data of stack monitoring, and the steps of gap filling (capture %, longest gap or 0, hours back)."""

    hour_minutes: int
    day_hours: int
    capture_percent: Decimal
    rate_decimals: int
    gap_steps: tuple[tuple[Decimal, int, int], ...]


@record_type("reference_oxygen")
class ReferenceOxygenRecord(Record):
    """Reference oxygen of a kind of plant [%]."""

    percent: Decimal


@record_type("data_flag")
class DataFlagRecord(Record):
    """An instrument flag of HJ 212: its meaning is the label; usable in statistics or not."""

    flag: str = Field(pattern=r"^[A-Z]$")
    usable: bool


@record_type("legal_deadline")
class LegalDeadlineRecord(Record):
    """A period of procedure; roll: whether it moves off days off."""

    count: int
    unit: Literal["working", "calendar"]
    roll: bool = True


@record_type("fine_rule")
class FineRuleRecord(Record):
    """Numbers of fines: re-check window [days], late surcharge [% a day], limits on the spot [yuan]."""

    recheck_days: int
    late_percent: Decimal
    summary: dict[str, Decimal]


@record_type("inspection_floor")
class InspectionFloorRecord(Record):
    """Shares of key units a quarter by level [%], and general units a year for each inspector."""

    key_percent: dict[str, Decimal]
    general_units_each: int


@record_type("hotline_time")
class HotlineTimeRecord(Record):
    """Dispatch and feedback times of one class of complaints: a number and ``h`` or ``d``; None is not set."""

    kind: str
    dispatch: str | None = Field(pattern=r"^\d+[hd]$")
    feedback: str | None = Field(pattern=r"^\d+[hd]$")


@record_type("rate_rule")
class RateRuleRecord(Record):
    """Digits of the three rates; weights by year are set by the district."""

    decimals: int
    weights: dict[str, Decimal] = {}
