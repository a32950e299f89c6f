"""Units of the field: exact factors, every spelling, and no mixing of quantities."""

from fractions import Fraction

import pytest

from lantian.kernel.units import UnitError, conversion, unit, units_like


@pytest.mark.parametrize(
    ("sent", "kept", "factor"),
    [
        ("ng/m³", "µg/m³", Fraction(1, 1000)),
        ("mg/m³", "µg/m³", Fraction(1000)),
        ("µg/m³", "µg/m³", Fraction(1)),
        ("Pa", "kPa", Fraction(1, 1000)),
        ("hPa", "kPa", Fraction(1, 10)),
        ("m³/s", "m³/h", Fraction(3600)),
        ("m³/min", "m³/h", Fraction(60)),
        ("km/h", "m/s", Fraction(5, 18)),
    ],
)
def test_one_unit_as_sent_is_so_many_of_the_unit_kept(sent: str, kept: str, factor: Fraction) -> None:
    assert conversion(sent, kept) == factor
    assert conversion(kept, sent) == 1 / factor


@pytest.mark.parametrize(
    ("written", "ours"),
    [("ug/m3", "µg/m³"), ("μg/m³", "µg/m³"), ("mg/m3", "mg/m³"), ("m3/h", "m³/h"), ("℃", "°C"), (" mbar ", "hPa")],
)
def test_the_spellings_of_the_field_are_known(written: str, ours: str) -> None:
    assert unit(written) == ours


def test_what_measures_something_else_does_not_convert() -> None:
    with pytest.raises(UnitError, match="“Pa” cannot be converted to “mg/m³”"):
        conversion("Pa", "mg/m³")
    with pytest.raises(UnitError, match="no unit “bushel”"):
        unit("bushel")


def test_units_of_one_quantity_are_listed_from_the_smallest() -> None:
    assert units_like("mg/m3") == ("ng/m³", "µg/m³", "mg/m³", "g/m³")
