"""The duty rules of a pack, bound to the pure calculations: alerts, dust, vehicles, stacks, procedure, hotline."""

from dataclasses import dataclass
from typing import TypeVar

from lantian.airquality.cems import CemsRules, GapRules
from lantian.airquality.dust import CountLimit, SiteRules
from lantian.airquality.vehicles import MachineClass, RemoteSensingRules, SmokeLimit
from lantian.kernel.errors import Text
from lantian.policy.air import AirRulesError, Records
from lantian.policy.records import Record
from lantian.policy.records_duty import (
    AlertEditionRecord,
    CemsValidityRecord,
    DataFlagRecord,
    FineRuleRecord,
    HotlineTimeRecord,
    InspectionFloorRecord,
    LegalDeadlineRecord,
    MachineClassRecord,
    RateRuleRecord,
    ReductionFloorRecord,
    RemoteSensingRecord,
    RoadFactorRecord,
    SiteLimitRecord,
    SmokeLimitRecord,
)
from lantian.reductions.alert import AlertEdition, Spell
from lantian.reductions.road_dust import PavedRoadRules
from lantian.reductions.shares import FloorRules

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, eq=False)
class DutyRules:
    """The duty rules of one pack, looked up by id or by what they are about."""

    pack: Records

    def alert(self, name: str) -> AlertEdition:
        """Return an edition of the start conditions: ``bj2013``, ``cn2017``, ``bj2018``, ``bj2023``."""
        record = self._where(AlertEditionRecord, id=name)
        levels = (
            (level.level, tuple(tuple(Spell(s.days, s.above, s.reaching) for s in spells) for spells in level.any))
            for level in record.levels
        )
        return AlertEdition(record.id, tuple(levels))

    def floors(self) -> FloorRules:
        """Return the least reduction shares."""
        record = self._where(ReductionFloorRecord)
        return FloorRules(record.floors, record.exchange, record.decimals)

    def site(self, standard: str) -> SiteRules:
        """Return a site standard by its number, such as ``DB13/2934-2019``."""
        record = self._where(SiteLimitRecord, standard=standard)
        counts = tuple(CountLimit(count.above, count.allowed) for count in record.counts)
        return SiteRules(standard, record.cases, counts, record.background)

    def paved_road(self) -> PavedRoadRules:
        """Return the coefficients of the paved-road factor."""
        record = self._where(RoadFactorRecord)
        return PavedRoadRules(record.size, record.load_power, record.weight_power)

    def smoke(self, test: str, level: str) -> SmokeLimit:
        """Return the limits of a diesel test: ``free`` or ``lugdown``, level ``a`` or ``b``."""
        record = self._where(SmokeLimitRecord, test=test, level=level)
        return SmokeLimit(record.k, record.nox, record.ringelmann, record.power_ratio)

    def machine(self, name: str) -> MachineClass:
        """Return the smoke limits of a class of machines: ``I``, ``II``, ``III``."""
        record = self._where(MachineClassRecord, name=name)
        return MachineClass(
            name,
            record.bands,
            record.ringelmann,
            record.visible_smoke,
            record.altitude_above_m,
            record.altitude_adds,
        )

    def remote_sensing(self) -> RemoteSensingRules:
        """Return when passages fail a vehicle."""
        record = self._where(RemoteSensingRecord)
        return RemoteSensingRules(record.times, record.months)

    def cems(self) -> CemsRules:
        """Return the validity of stack data."""
        record = self._where(CemsValidityRecord)
        return CemsRules(record.hour_minutes, record.day_hours, record.capture_percent, record.rate_decimals)

    def gaps(self) -> GapRules:
        """Return the steps of gap filling."""
        steps = self._where(CemsValidityRecord).gap_steps
        return GapRules(tuple((floor, longest or None, back) for floor, longest, back in steps))

    def flag(self, letter: str) -> DataFlagRecord:
        """Return an instrument flag of HJ 212 by its letter."""
        return self._where(DataFlagRecord, flag=letter)

    def fines(self) -> FineRuleRecord:
        """Return the numbers of fines."""
        return self._where(FineRuleRecord)

    def deadline(self, name: str) -> LegalDeadlineRecord:
        """Return a legal period by its id."""
        return self._where(LegalDeadlineRecord, id=name)

    def inspection(self) -> InspectionFloorRecord:
        """Return the floors of random inspection."""
        return self._where(InspectionFloorRecord)

    def hotline(self, kind: str) -> HotlineTimeRecord:
        """Return the times of a class of complaints."""
        return self._where(HotlineTimeRecord, kind=kind)

    def rates(self) -> RateRuleRecord:
        """Return the digits and weights of the three rates."""
        return self._where(RateRuleRecord)

    def _where(self, kind: type[R], /, **wanted: str) -> R:
        records = self.pack.all(kind)
        for record in records:
            if all(getattr(record, name) == value for name, value in wanted.items()):
                return record
        known = ", ".join(record.id for record in records) or "—"
        asked = ", ".join(f"{name} = {value}" for name, value in wanted.items()) or "—"
        raise AirRulesError(
            Text(
                f"政策包里没有 {asked} 的 [[{kind.table}]] 记录，已有：{known}。",
                f"The policy pack has no [[{kind.table}]] record with {asked}; it has: {known}.",
            )
        )


def duty_rules(pack: Records) -> DutyRules:
    """Bind a pack's duty rules."""
    return DutyRules(pack)
