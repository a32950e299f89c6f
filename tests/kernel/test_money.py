"""Amounts in capital numerals, as the rules for filling in vouchers write them."""

from decimal import Decimal

import pytest

from lantian.kernel.money import in_capitals


@pytest.mark.parametrize(
    ("yuan", "written"),
    [
        ("0", "零元整"),
        ("200", "贰佰元整"),
        ("3000", "叁仟元整"),
        ("10000", "壹万元整"),
        ("43000", "肆万叁仟元整"),
        ("100000", "壹拾万元整"),
        ("1000000", "壹佰万元整"),
        ("1900000", "壹佰玖拾万元整"),
        ("10005", "壹万零伍元整"),
        ("105000", "壹拾万伍仟元整"),
        ("1409.50", "壹仟肆佰零玖元伍角"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("0.05", "伍分"),
        ("0.30", "叁角"),
        ("100000005", "壹亿零伍元整"),
        ("1000005000", "壹拾亿零伍仟元整"),
    ],
)
def test_an_amount_is_written_in_capitals(yuan: str, written: str) -> None:
    assert in_capitals(Decimal(yuan)) == written
