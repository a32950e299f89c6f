"""Records of rules on credentials and those who hold them: machines, gates, permits, stages, ladders, charging."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from lantian.policy.records import BadValueError, Model, Record, record_type
from lantian.policy.records_rule import Condition

MachineClassName = Literal["I", "II", "III"]


@record_type("machine_rule")
class MachineRule(Record):
    """How non-road machines are judged on site (非道路机械核查).

    label_from: first day on which a machine without label or filing may not be used.
    classes: the smoke class (GB 36886) of each stage; stages without one need no smoke test.
    """

    label_from: date
    classes: dict[str, MachineClassName]


@record_type("machine_zone")
class MachineZone(Record):
    """An area where dirty machines may not be used (禁止使用区): streets by code, or a polygon [longitude, latitude].

    It holds from ``valid_from``. stages: those that may not be used there. smoke_class: the class whose limits hold
    there for all machines, None is each machine's own.
    """

    areas: tuple[str, ...] = ()
    polygon: tuple[tuple[float, float], ...] = ()
    stages: tuple[str, ...] = ()
    smoke_class: MachineClassName | None = None

    @model_validator(mode="after")
    def _lies_somewhere(self) -> Self:
        if bool(self.areas) == (len(self.polygon) >= 3):
            raise BadValueError("须恰好写 areas 或至少三点的 polygon 之一", "needs either areas or a polygon of three")
        return self


@record_type("gate_rule")
class GateRule(Record):
    """One of the prohibitions at a site's gate (三不进两不出). direction: which way it stops a truck.

    by: what tells it: an ``attribute`` of the truck's ledger entry that must be true, a ``credential`` that must hold,
    or the ``eyes`` of the one at the gate; which: the attribute's name or the kind of credential. eyes: seen too, for
    the first two.
    """

    direction: Literal["in", "out"]
    by: Literal["attributes", "credential", "eyes"]
    which: tuple[str, ...] = ()
    eyes: bool = False


@record_type("paper_rule")
class PaperRule(Record):
    """Papers without which a credential is withheld (核查材料). kind: the credential that is applied for.

    papers: kinds of credentials, all of which must hold; of: whose they are. attributes: of the holder that must be
    true, as a truck's positioning.
    """

    class Paper(Model):
        """A paper and its holder: the site itself, the carrier, or each truck."""

        kind: str
        of: Literal["site", "carrier", "truck"]

    references: ClassVar[Mapping[str, str]] = {"kind": "credential_kind"}

    kind: str
    papers: tuple[Paper, ...] = Field(min_length=1)
    attributes: tuple[str, ...] = ()


@record_type("report_frequency")
class ReportFrequency(Record):
    """How often a permit's execution report is due (执行报告频次).

    months: length of a period, counted from January. due_days: days after its end. classes: permit classes that owe
    it where the permit itself says nothing.
    """

    months: Literal[1, 3, 6, 12]
    due_days: int = Field(ge=0)
    classes: tuple[str, ...] = ()


@record_type("vehicle_stage")
class VehicleStage(Record):
    """The least emission stage for first registrations of some vehicles (新车注册排放阶段), from ``valid_from`` on.

    when: which vehicles, by the facts of their ledger. stage: the least; ``stages`` of the product run from 0 to 6b.
    """

    when: Condition
    stage: Literal["1", "2", "3", "4", "5", "6a", "6b"]


@record_type("conduct_ladder")
class ConductLadder(Record):
    """What repeated penalties or points lead to (累计后果), for one kind of source.

    counting, window_days: which add up. levels: from which count (or points) which consequence follows, and for how
    long. notify: the organisation that is told and acts.
    """

    class Level(Model):
        """A level: at so many, this follows."""

        at: int = Field(ge=1)
        consequence: str
        zh: str
        en: str
        days: int | None = None
        months: int | None = None

    references: ClassVar[Mapping[str, str]] = {"kind": "kind", "notify": "organisation"}

    kind: str
    counting: Literal["cycle", "days", "calendar-year", "points"]
    window_days: int | None = None
    levels: tuple[Level, ...] = Field(min_length=1)
    notify: str


@record_type("charging_rule")
class ChargingRule(Record):
    """How the average service radius of charging is defined (充电服务半径).

    definition: ``equal-area`` √(A/nπ), ``mean-distance`` from demand to the nearest site, or ``coverage`` the share of
    demand within ``target``. target: [km]. areas: codes of the streets that are counted, none is all. near_m: sites
    nearer than this are one. grid_m: spacing of the demand grid. places: kinds of places whose sites count, none is
    all; public: only sites that are open to all count.
    """

    definition: Literal["equal-area", "mean-distance", "coverage"]
    target: Decimal = Field(gt=0)
    areas: tuple[str, ...] = ()
    near_m: int = 50
    grid_m: int = Field(default=300, ge=100)
    places: tuple[str, ...] = ()
    public: bool = True
