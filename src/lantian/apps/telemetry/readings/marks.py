"""An index with its level and primary pollutant, as a page shows it (指数标)."""

from dataclasses import dataclass

from lantian.airquality.index import Edition
from lantian.kernel.errors import Text
from lantian.kernel.factors import Factor


@dataclass(frozen=True)
class Mark:
    """An index to show: without one there is a dash and no colour.

    level: 1…6; name: of the level, as 轻度污染; primary: as HJ 633 names it, all ties.
    """

    aqi: int | None = None
    level: int | None = None
    name: Text | None = None
    primary: tuple[Factor, ...] = ()

    @property
    def primary_text(self) -> str:
        """The primary pollutants, or a dash."""
        return " ".join(factor.value for factor in self.primary) or "—"


NO_MARK = Mark()


def mark(aqi: int | None, edition: Edition, primary: tuple[Factor, ...] = ()) -> Mark:
    """Return the mark of an index under an edition."""
    if aqi is None:
        return NO_MARK
    category = edition.category(aqi)
    return Mark(aqi, category.level, category.name, primary)
