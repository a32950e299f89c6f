"""Monitoring factors have one code and one unit each."""

import pytest

from lantian.kernel.factors import SIX, Factor


# HJ 212-2017 table B.2, and HJ 524 for O3.
@pytest.mark.parametrize(
    ("factor", "code", "unit"),
    [(Factor.PM25, "a34004", "µg/m³"), (Factor.CO, "a21005", "mg/m³"), (Factor.O3, "a05024", "µg/m³")],
)
def test_a_factor_has_its_code_and_unit(factor: Factor, code: str, unit: str) -> None:
    assert (factor.code, factor.unit, Factor.from_code(code)) == (code, unit, factor)


def test_codes_are_told_apart() -> None:
    assert len({factor.code for factor in Factor}) == len(Factor) > len(SIX)
