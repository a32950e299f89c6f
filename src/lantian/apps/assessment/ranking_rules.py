"""The rankings of the pack in use (排名规则)."""

from datetime import date

from lantian.apps.assessment.rankings import RankingError
from lantian.apps.assessment.rules import pack
from lantian.kernel.errors import Text
from lantian.kernel.periods import Period
from lantian.policy.records_plan import Quantity
from lantian.policy.records_ranking import RankingRecord


def ranking_records(day: date) -> tuple[RankingRecord, ...]:
    """Return the rankings in force on a day, in the pack's order."""
    return tuple(sorted(pack().on(RankingRecord, day), key=lambda one: (one.order, one.id)))


def last_places(day: date) -> Quantity | None:
    """Return the plan's quantity of the city's last places that are notified; None where no ranking names one."""
    name = next((one.city_last for one in ranking_records(day) if one.city_last), None)
    return pack().find(Quantity, name, day) if name else None


def rankings_for(period: Period) -> tuple[RankingRecord, ...]:
    """Return the rankings that are made for a period."""
    return tuple(one for one in ranking_records(period.last) if period.span in one.spans)


def ranking_named(name: str, period: Period) -> RankingRecord:
    """Return a ranking by id as it holds for a period; raises RankingError where it is not made."""
    found = next((one for one in rankings_for(period) if one.id == name), None)
    if found is None:
        raise RankingError(
            Text(f"政策包没有 {period} 的排名“{name}”。", f"The pack has no ranking {name!r} of {period}.")
        )
    return found
