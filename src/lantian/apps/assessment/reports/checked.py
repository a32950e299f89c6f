"""The checks in a report (检查数据): each street's counts as figures that can be followed and compared."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from lantian.analysis.league import Standing
from lantian.apps.assessment.reports.printed import Printed
from lantian.apps.assessment.snapshots import Place
from lantian.kernel.errors import Text
from lantian.policy.bulletins import Told, percent, rate_text

LABELS = {
    "checks": Text("检查量", "checks"),
    "violations": Text("查出违法", "violations"),
    "rate": Text("违法查处率", "violation rate"),
    "checks_rank": Text("检查量名次", "rank by checks"),
    "rate_rank": Text("查处率名次", "rank by rate"),
}
BASIS = Text("检查量计入范围", "what counts as a check")
RANKING = Text("并列者同名次，其后名次顺延", "equal ones share a rank, the next one is left out")


def key_of(one: Standing, shows: str) -> str:
    """Return the key of a street's figure."""
    return f"place_{one.place}_{shows}"


def check_figures(told: Told, places: Sequence[Place]) -> Iterator[Printed]:
    """Return the district's and each street's counts, rates and ranks; nothing for a period without checks."""
    english = {one.code: one.en for one in places}
    now = told.now
    if not now.checks:
        return
    source = Text("案件核验与现场检查记录", "verifications of cases and inspections")
    totals = {
        "checks": (str(now.checks), Fraction(now.checks)),
        "violations": (str(now.violations), Fraction(now.violations)),
    }
    for name, (text, exact) in totals.items():
        unit = "次" if name == "checks" else "起"
        yield Printed(name, LABELS[name], text, exact, unit, Text("各街乡合计", "sum of streets"), source, BASIS)
    how = f"{now.violations} ÷ {now.checks} × 100"
    yield Printed(
        "rate", LABELS["rate"], percent(now.rate), (now.rate or 0) * Fraction(100), "%", Text(how, how), source, BASIS
    )
    for one in now.standings:
        yield from _of_place(one, Text(told.names[one.place], english.get(one.place, one.place)), source)


def _of_place(one: Standing, name: Text, source: Text) -> Iterator[Printed]:
    formula = f"{one.violations} ÷ {one.checks} × 100" if one.checks else "—"
    found = {
        "checks": (str(one.checks), Fraction(one.checks), "次", Text("逐次计数", "each counted")),
        "violations": (str(one.violations), Fraction(one.violations), "起", Text("逐次计数", "each counted")),
        "rate": (
            rate_text(one) if one.checks else "",
            None if one.rate is None else one.rate * 100,
            "%",
            Text(formula, formula),
        ),
        "checks_rank": ("" if one.checks_rank is None else str(one.checks_rank), None, "", RANKING),
        "rate_rank": ("" if one.rate_rank is None else str(one.rate_rank), None, "", RANKING),
    }
    for shows, (text, exact, unit, how) in found.items():
        label = Text(f"{name.zh}{LABELS[shows].zh}", f"{name.en}, {LABELS[shows].en}")
        yield Printed(key_of(one, shows), label, text, exact, unit, how, source, BASIS)
