"""Identifiers: published examples, one wrong character found everywhere, and what hands and sheets add is mended."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.kernel.identifiers import WrongIdentifier, credit_code, identity, phone, plain, plate, vin

# The examples of the standards: GB 32100-2015 prints 91350100M000100Y43, GB 11643-1999 prints 11010519491231002X,
# and 1M8GDM9AXKP042788 is the worked example of the check digit of ISO 3779 / 49 CFR 565.
CREDIT, IDENTITY, VIN = "91350100M000100Y43", "11010519491231002X", "1M8GDM9AXKP042788"


def test_the_examples_of_the_standards_pass() -> None:
    assert (credit_code(CREDIT), identity(IDENTITY), vin(VIN)) == (CREDIT, IDENTITY, VIN)


@given(st.integers(0, 16), st.sampled_from("0123456789"))
def test_one_wrong_digit_of_a_credit_code_is_found(place: int, digit: str) -> None:
    wrong = CREDIT[:place] + digit + CREDIT[place + 1 :]
    if wrong == CREDIT:
        assert credit_code(wrong) == CREDIT
    else:
        with pytest.raises(WrongIdentifier):
            credit_code(wrong)


@given(st.integers(0, 16), st.sampled_from("0123456789"))
def test_one_wrong_digit_of_an_identity_number_is_found_and_never_printed(place: int, digit: str) -> None:
    wrong = IDENTITY[:place] + digit + IDENTITY[place + 1 :]
    if wrong == IDENTITY:
        assert identity(wrong) == IDENTITY
    else:
        with pytest.raises(WrongIdentifier) as error:
            identity(wrong)
        assert wrong not in error.value.text.zh + error.value.text.en


def test_a_wrong_check_says_which_it_should_be() -> None:
    with pytest.raises(WrongIdentifier) as error:
        credit_code("91350100M000100Y44")
    assert "应为 3" in error.value.text.zh
    with pytest.raises(WrongIdentifier, match="should be X"):
        vin("1M8GDM9A1KP042788")


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (credit_code, "91350100M000100Y4"),
        (credit_code, "91350100I000100Y43"),
        (identity, "1101051949123100"),
        (vin, "1M8GDM9AXKP04278O"),
        (plate, "京A1234"),
        (plate, "京I12345"),
        (plate, "12345"),
        (phone, "1234"),
        (phone, "65090000"),
    ],
)
def test_what_is_not_the_identifier_is_refused(check: object, text: str) -> None:
    with pytest.raises(WrongIdentifier):
        check(text)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("京A12345", "京A12345"),
        ("京ａ·１２３４５", "京A12345"),
        ("京AD12345", "京AD12345"),
        ("京AF1234A", None),
        ("京A1234挂", "京A1234挂"),
        ("京A12345D", "京A12345D"),
        ("京Q 8K 521", "京Q8K521"),
    ],
)
def test_plates_are_mended_and_checked(text: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(WrongIdentifier):
            plate(text)
    else:
        assert plate(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("138 0010 0000", "13800100000"),
        ("+86-13800100000", "13800100000"),
        ("010-65090000", "010-65090000"),
        ("400-810-1234", "400-810-1234"),
    ],
)
def test_telephone_numbers_are_mended_and_checked(text: str, expected: str) -> None:
    assert phone(text) == expected


def test_full_width_text_and_blanks_of_every_kind_are_mended() -> None:
    assert plain("　Ａ１２　\u200b ") == "A12"
