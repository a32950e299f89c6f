"""The reproduction page says what the code computes, and which published numbers agree."""

import pytest

from tests.reproduction import page, rows
from tests.shared import ROOT, shared

PAGE = ROOT / "docs" / "explanation" / "reproduction.md"


@pytest.mark.row("S01")
def test_published_values_are_computed_again_and_every_difference_is_shown() -> None:
    shared("data/air_quality_beijing35_hourly_2017-2021-01.parquet")
    found = rows()
    assert PAGE.read_text(encoding="utf-8") == page(found)
    pm25 = {(row.area, row.period): row for row in found if row.factor == "PM2.5"}
    years = [pm25["北京市", str(year)] for year in range(2017, 2021)]
    assert [row.published for row in years] == ["58", "51", "42", "38"]
    assert all(row.hours_agree for row in years)
    assert [row.agrees for row in years] == [True, False, True, False]
    june, half = pm25["朝阳区", "2019-06"], pm25["朝阳区", "2019-01..2019-06"]
    assert (june.published, june.agrees, half.published, half.agrees) == ("40", True, "48", False)
