"""Rules that turn a figure into a share of an indicator's marks (计分规则), each with its formula in words.

A share lies between 0 and 1 and never falls where the figure gets better.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lantian.kernel.errors import Text
from lantian.kernel.rounding import Exact, half_even
from lantian.workflow.errors import WorkflowError

SHOWN = 2
"""Decimals with which a figure is written in a formula; it is computed with in full."""


class RuleError(WorkflowError):
    """A rule by which no figure can be marked, or a figure of another shape than the rule's."""


@dataclass(frozen=True)
class Measured:
    """A number, exact."""

    value: Fraction


@dataclass(frozen=True)
class Placed:
    """A place in a ranking: rank or band from 1, of so many."""

    rank: int
    of: int


@dataclass(frozen=True)
class Lit:
    """Tasks by the colour of their lamps: the weight of each colour."""

    lamps: Mapping[str, Decimal]


Figure = Measured | Placed | Lit


@dataclass(frozen=True)
class Share:
    """A share of the marks, and how it came about."""

    value: Fraction
    said: Text


@dataclass(frozen=True)
class Linear:
    """Between two figures in a straight line: no marks at ``zero``, all at ``full``; beyond them nothing changes."""

    zero: Decimal
    full: Decimal

    def __post_init__(self) -> None:
        if self.zero == self.full:
            raise RuleError(Text("零分线与满分线不得相同", "no marks and full marks need different figures"))

    def share(self, figure: Figure) -> Share:
        """Return the share of a number."""
        value = _measured(figure).value
        exact = (value - Fraction(self.zero)) / (Fraction(self.full) - Fraction(self.zero))
        at, zero, full = plain(value), plain(self.zero), plain(self.full)
        if exact >= 1:
            return Share(Fraction(1), Text(f"{at} 达到满分线 {full}：1", f"{at} reaches {full}, full marks: 1"))
        if exact <= 0:
            return Share(Fraction(0), Text(f"{at} 未越过零分线 {zero}：0", f"{at} is not beyond {zero}, no marks: 0"))
        said = f"({at} − {zero}) ÷ ({full} − {zero})"
        return Share(exact, Text(said, said))


@dataclass(frozen=True)
class Step:
    """From a figure on, so many percent of the marks."""

    at: Decimal
    percent: Decimal


@dataclass(frozen=True)
class Steps:
    """By steps, best first; a figure takes the first that it reaches, else nothing. falling: less is better."""

    steps: tuple[Step, ...]
    falling: bool = False

    def __post_init__(self) -> None:
        limits, percents = [one.at for one in self.steps], [one.percent for one in self.steps]
        ordered = sorted(set(limits), reverse=not self.falling) == limits
        if not self.steps or not ordered or percents != sorted(set(percents), reverse=True) or not _within(percents):
            raise RuleError(Text("各档须由好到差，得分递减", "steps go from best to worst, with falling marks"))

    def share(self, figure: Figure) -> Share:
        """Return the share of the first step that a number reaches."""
        value = _measured(figure).value
        sign = "≤" if self.falling else "≥"
        for one in self.steps:
            if value <= Fraction(one.at) if self.falling else value >= Fraction(one.at):
                said = f"{plain(value)} {sign} {plain(one.at)}: {plain(one.percent)} %"
                return Share(Fraction(one.percent) / 100, Text(said, said))
        last = plain(self.steps[-1].at)
        return Share(Fraction(0), Text(f"{plain(value)} 未达 {last}：0", f"{plain(value)} does not reach {last}: 0"))


@dataclass(frozen=True)
class Places:
    """By rank or band in a straight line: all marks for the first, ``least`` percent of them for the last."""

    least: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        if not _within([self.least]):
            raise RuleError(Text("末位得分须在 0 至 100 % 之间", "the last place gets 0 to 100 %"))

    def share(self, figure: Figure) -> Share:
        """Return the share of a place."""
        if not isinstance(figure, Placed) or not 1 <= figure.rank <= figure.of:
            raise RuleError(Text("须为名次", "a place is needed"))
        behind = Fraction(figure.rank - 1, figure.of - 1) if figure.of > 1 else Fraction(0)
        lost = 1 - Fraction(self.least) / 100
        said = f"(1 − ({figure.rank} − 1) ÷ ({figure.of} − 1) × {plain(lost * 100)} %)" if figure.of > 1 else "1"
        return Share(1 - behind * lost, Text(said, said))


@dataclass(frozen=True)
class Lamps:
    """By the share of tasks in each colour; a colour without percent, as grey, does not count."""

    percents: Mapping[str, Decimal]

    def __post_init__(self) -> None:
        if not self.percents or not _within(list(self.percents.values())):
            raise RuleError(Text("各灯得分须在 0 至 100 % 之间", "lamps get 0 to 100 %"))

    def share(self, figure: Figure) -> Share:
        """Return the share of the tasks' weights; raises RuleError where none counts, for that is a missing figure."""
        lamps = {name: figure.lamps.get(name, Decimal(0)) for name in self.percents} if isinstance(figure, Lit) else {}
        weight = sum(lamps.values())
        if not weight:
            raise RuleError(Text("须有计分的灯", "lamps that count are needed"))
        gained = sum(Fraction(lamps[name]) * Fraction(percent) / 100 for name, percent in self.percents.items())
        parts = [f"{plain(lamps[name])} × {plain(percent)} %" for name, percent in self.percents.items()]
        said = f"({' + '.join(parts)}) ÷ {plain(weight)}"
        return Share(Fraction(gained) / Fraction(weight), Text(said, said))


Rule = Linear | Steps | Places | Lamps


def plain(value: Exact) -> str:
    """Write a number for a formula, to two decimals by GB/T 8170, without zeros at its end; minus is −.

    >>> plain(Decimal("12.50")), plain(Fraction(1, 3)), plain(-1)
    ('12.5', '0.33', '−1')
    """
    text = format(half_even(value, SHOWN), "f").rstrip("0").rstrip(".")
    return text.replace("-", "−")


def _measured(figure: Figure) -> Measured:
    if not isinstance(figure, Measured):
        raise RuleError(Text("须为数值", "a number is needed"))
    return figure


def _within(percents: list[Decimal]) -> bool:
    return all(0 <= one <= 100 for one in percents)
