"""The index: scalar and array forms, both editions."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.airquality.errors import AirQualityError
from lantian.airquality.grid import MICRO, MISSING, DayGrid, HourGrid, to_micro
from lantian.airquality.index import daily_index, hourly_index, iaqi, round_concentration, sub_index
from lantian.airquality.index_arrays import NONE, daily_index_grid, hourly_index_grid, tables
from lantian.kernel.factors import SIX, Factor
from lantian.policy.air import AirRulesError
from lantian.policy.records_air import IndexEditionRecord
from tests.airquality.rules import AIR

OLD, NEW = AIR.edition("2012"), AIR.edition("2026")
ITEMS = sorted(OLD.scales)


@pytest.mark.parametrize(("concentration", "index"), [("2.2", 55), ("2.1", 53), ("60", 500), ("60.1", 500)])
def test_carbon_monoxide_is_never_one_too_high(concentration: str, index: int) -> None:
    # 2.2 mg/m³: 50 + 50/2 × 0.2 = 55 exactly; a binary float's ceil gives 56.
    assert iaqi(Decimal(concentration), OLD.scale("CO_24H")) == index


@pytest.mark.parametrize(("edition", "index"), [(OLD, 100), (NEW, 114)])
def test_pm25_of_75_is_100_in_2012_and_114_in_2026(edition: object, index: int) -> None:
    assert iaqi(75, AIR.edition("2012" if edition is OLD else "2026").scale("PM25_24H")) == index


def test_a_negative_concentration_is_refused_and_an_unknown_item_named() -> None:
    with pytest.raises(AirQualityError, match="cannot be negative"):
        iaqi(-1, OLD.scale("PM25_24H"))
    with pytest.raises(AirQualityError, match="no item PM1_24H"):
        OLD.scale("PM1_24H")
    with pytest.raises(AirQualityError, match="not within 0–500"):
        OLD.category(501)


def test_above_800_the_2012_edition_reports_another_item_and_2026_a_fixed_one() -> None:
    assert sub_index({"SO2_1H": 801, "SO2_24H": 480}, "SO2_1H", OLD) == ("SO2_24H", 151)
    assert sub_index({"SO2_1H": 801}, "SO2_1H", OLD) == ("SO2_24H", None)
    assert sub_index({"O3_8H": 801, "O3_1H": 1000}, "O3_8H", OLD) == ("O3_1H", 400)
    assert sub_index({"O3_8H": 801}, "O3_8H", NEW) == ("O3_8H", 300)


def test_with_an_item_missing_2026_publishes_only_above_100() -> None:
    assert daily_index({"PM25_24H": 60}, NEW).published is None
    assert daily_index({"PM25_24H": 61}, NEW).published == 101
    assert daily_index({"PM25_24H": 60}, OLD).published == 82
    assert daily_index({}, NEW).category is None


def test_the_ozone_hour_may_be_added_to_the_daily_items() -> None:
    record = next(record for record in AIR.pack.all(IndexEditionRecord) if record.name == "2012")
    edition = AIR._edition(record.model_copy(update={"daily_items": (*record.daily_items, "O3_1H")}))
    assert daily_index({"O3_8H": 100, "O3_1H": 300}, edition).iaqi[Factor.O3] == 150
    grid = _days({Factor.O3: 100})
    hour = {"O3_1H": np.array([[300 * MICRO]])}
    at = list(edition.daily_items).index(Factor.O3)
    assert daily_index_grid(grid, edition, others=hour).iaqi[0, at, 0] == 150
    assert daily_index_grid(grid, edition).iaqi[0, at, 0] == 50


def test_the_edition_follows_the_day_of_observation() -> None:
    assert AIR.edition(date(2026, 2, 28)).name == "2012"
    assert AIR.edition(date(2026, 3, 1)).name == "2026"
    with pytest.raises(AirRulesError, match="2012, 2026"):
        AIR.edition("2019")


def test_in_real_time_the_pm_hour_stands_on_the_daily_column() -> None:
    found = hourly_index({"PM25_1H": Decimal("75.4")}, OLD)
    assert (found.computed, found.primary, found.exceeding) == (100, (Factor.PM25,), ())


@given(st.sampled_from(ITEMS), st.sampled_from([OLD, NEW]), st.integers(0, 5_000 * MICRO))
def test_both_forms_agree_on_every_hour(item: str, edition: object, micro: int) -> None:
    chosen = OLD if edition is OLD else NEW
    scale = chosen.scale(item)
    expected = iaqi(round_concentration(Fraction(micro, MICRO), scale), scale)
    assert tables(chosen)[item].of_micro(np.array([micro])).tolist() == [NONE if expected is None else expected]


@given(st.sampled_from(ITEMS), st.integers(0, 20_000 * MICRO), st.integers(1, 24))
def test_both_forms_agree_on_every_mean(item: str, total: int, count: int) -> None:
    scale = OLD.scale(item)
    expected = iaqi(round_concentration(Fraction(total, count * MICRO), scale), scale)
    found = tables(OLD)[item].of_means(np.array([total]), np.array([count]))
    assert found.tolist() == [NONE if expected is None else expected]


def _days(values: dict[Factor, int]) -> DayGrid:
    total = np.array([[[values.get(factor, 0) * MICRO] for factor in SIX]])
    known = np.array([[[factor in values] for factor in SIX]])
    return DayGrid(("a",), date(2019, 1, 1), SIX, total, known.astype(np.int16), known.astype(np.int16), known)


@given(st.dictionaries(st.sampled_from(SIX), st.integers(0, 1200)), st.booleans())
def test_both_forms_agree_on_a_whole_day(values: dict[Factor, int], old: bool) -> None:
    edition = OLD if old else NEW
    item = {factor: items[0] for factor, items in edition.daily_items.items()}
    day = daily_index({item[factor]: value for factor, value in values.items()}, edition)
    grid = daily_index_grid(_days(values), edition)
    assert grid.computed[0, 0] == (NONE if day.computed is None else day.computed)
    # An O3 value above 800 without its hour leaves no sub-index in 2012, where everything is published all the same.
    assert grid.published[0, 0] == (NONE if day.published is None else day.published)
    assert grid.primary_of(0, 0) == day.primary
    exceeding = tuple(f for f, here in zip(grid.factors, grid.exceeding[0, :, 0], strict=True) if here)
    assert exceeding == day.exceeding


def test_the_hourly_grid_takes_the_sulphur_day_above_800() -> None:
    micro = np.full((1, 6, 24), MISSING)
    micro[0, SIX.index(Factor.SO2), 0] = 801 * MICRO
    hours = HourGrid(("a",), date(2019, 1, 1), SIX, micro)
    day = np.full((1, 24), 480 * MICRO)
    assert hourly_index_grid(hours, OLD, others={"SO2_24H": day}).computed[0, :2].tolist() == [151, NONE]
    assert hourly_index_grid(hours, NEW).computed[0, 0] == 200


def test_nan_is_missing_and_a_wrong_shape_is_refused() -> None:
    assert to_micro([1.5, float("nan")]).tolist() == [1_500_000, MISSING]
    with pytest.raises(AirQualityError, match="multiple of 24"):
        HourGrid(("a",), date(2019, 1, 1), SIX, np.zeros((1, 6, 23), dtype=np.int64))
    grid = _days({})
    with pytest.raises(AirQualityError, match="day grid"):
        DayGrid(("a", "b"), grid.first_day, SIX, grid.total, grid.count, grid.hours, grid.valid)


def test_colours_and_sensitive_groups_come_from_the_pack() -> None:
    assert OLD.category(300).hex == "#99004C"
    assert NEW.sensitive[Factor.CO].en == "People with cardiovascular disease"
    assert OLD.sensitive == {}
