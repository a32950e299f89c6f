"""A figure as it is printed, with all that a reader needs to follow it (印出的数与来历)."""

from dataclasses import dataclass
from fractions import Fraction

from lantian.kernel.errors import Text
from lantian.kernel.rounding import half_even

NOTHING = "—"
"""What a table prints where there is nothing."""
NO_TEXT = Text("", "")


@dataclass(frozen=True)
class Printed:
    """A figure. text: as printed, "" where there is none; exact: before rounding.

    how: its formula with the numbers in it; source: the rows it rests on; basis: standard, article or record.
    """

    key: str
    label: Text
    text: str
    exact: Fraction | None = None
    unit: str = ""
    how: Text = NO_TEXT
    source: Text = NO_TEXT
    basis: Text = NO_TEXT


Cell = Printed | str
Row = dict[str, Cell]


def cell_text(cell: Cell) -> str:
    """Return what a table prints of a cell."""
    return cell if isinstance(cell, str) else cell.text or NOTHING


def percent_change(now: Printed, before: Printed, key: str) -> Printed:
    """Return by how many percent a figure moved, from unrounded values, with one decimal.

    >>> one, two = (Printed("a", NO_TEXT, "", Fraction(n)) for n in (45, 40))
    >>> percent_change(two, one, "x").text, percent_change(one, two, "x").text, percent_change(one, one, "x").text
    ('-11.1', '+12.5', '0.0')
    """
    label = Text(f"{now.label.zh}的变化", f"change of {now.label.en}")
    if now.exact is None or not before.exact:
        return Printed(key, label, "", unit="%", how=Text("没有可比的数", "there is nothing to compare with"))
    moved = (now.exact - before.exact) / before.exact * 100
    rounded = half_even(moved, 1)
    formula = f"({plain(now.exact)} − {plain(before.exact)}) ÷ {plain(before.exact)} × 100 = {plain(moved)}"
    return Printed(
        key, label, signed(rounded), moved, "%", Text(formula, formula), now.source,
        Text("按未修约的值计算", "from unrounded values"),
    )  # fmt: skip


def difference(now: Printed, before: Printed, key: str, decimals: int = 0) -> Printed:
    """Return by how much a count or a rate moved.

    >>> difference(*(Printed("", NO_TEXT, "", Fraction(n)) for n in (3, 5)), "x").text
    '-2'
    """
    label = Text(f"{now.label.zh}的变化", f"change of {now.label.en}")
    if now.exact is None or before.exact is None:
        return Printed(key, label, "", unit=now.unit, how=Text("没有可比的数", "there is nothing to compare with"))
    moved = now.exact - before.exact
    formula = f"{plain(now.exact)} − {plain(before.exact)}"
    text = signed(half_even(moved, decimals))
    return Printed(key, label, text, moved, now.unit, Text(formula, formula), now.source, now.basis)


def signed(number: object) -> str:
    """Return a number with its sign; none before zero.

    >>> signed(half_even("3.2", 1)), signed(half_even("-0.04", 1)), signed(half_even(-3, 0))
    ('+3.2', '0.0', '-3')
    """
    text = str(number)
    if not text.strip("-0."):
        return text.lstrip("-")
    return text if text.startswith("-") else f"+{text}"


def plain(number: Fraction) -> str:
    """Return an exact number for a formula: whole where it is, else with three decimals.

    >>> plain(Fraction(12)), plain(Fraction(120345, 3000))
    ('12', '40.115')
    """
    return str(number.numerator) if number.denominator == 1 else str(half_even(number, 3))
