"""Rules as data (规则): named facts, conditions over them, and what follows when they hold."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from lantian.policy.records import BadValueError, Model, Record, record_type

FactKind = Literal["number", "text", "flag", "day", "texts", "days"]
Operator = Literal["<", "<=", "=", "!=", ">=", ">", "in", "not in", "has"]
Plain = bool | int | Decimal | date | str
"""A single value as TOML writes it."""

OPERATORS: Mapping[FactKind, frozenset[Operator]] = {
    "number": frozenset({"<", "<=", "=", "!=", ">=", ">"}),
    "day": frozenset({"<", "<=", "=", "!=", ">=", ">"}),
    "text": frozenset({"=", "!=", "in", "not in"}),
    "flag": frozenset({"=", "!="}),
    "texts": frozenset({"has"}),
    "days": frozenset({"has"}),
}
"""What may be asked of a fact of each kind."""


@record_type("fact")
class Fact(Record):
    """A named fact (事实) that rules ask about; ``zh``/``en`` name it in explanations.

    kind: number, text, flag, day, or a collection of texts or days. unit: of a number, as 1 for a plain one.
    choices: the only texts that it may hold.
    """

    kind: FactKind
    unit: str | None = None
    choices: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _only_numbers_have_units(self) -> Self:
        if (self.kind == "number") != (self.unit is not None):
            raise BadValueError(
                'kind = "number" 须有 unit，其他不得有', 'kind = "number" needs a unit, others have none'
            )
        return self


class Condition(Model):
    """A condition (条件): exactly one of all, any, not, count, fact and size.

    all, any, not: conditions joined. count: conditions of which at_least … at_most must hold.
    fact: a named fact compared by ``op`` with ``value`` (in ``unit``, else in the fact's own).
    size: the number of entries of a collection, compared likewise; last_days keeps the days of that many
    days up to and including the event's.
    """

    all_: tuple["Condition", ...] | None = Field(default=None, alias="all", min_length=1)
    any_: tuple["Condition", ...] | None = Field(default=None, alias="any", min_length=1)
    not_: "Condition | None" = Field(default=None, alias="not")
    count: tuple["Condition", ...] | None = Field(default=None, min_length=1)
    fact: str | None = None
    size: str | None = None
    at_least: int | None = Field(default=None, ge=0)
    at_most: int | None = Field(default=None, ge=0)
    op: Operator | None = None
    value: Plain | tuple[Plain, ...] | None = None
    unit: str | None = None
    last_days: int | None = Field(default=None, ge=1)

    belongs: ClassVar[Mapping[str, frozenset[str]]] = {
        "all": frozenset(),
        "any": frozenset(),
        "not": frozenset(),
        "count": frozenset({"at_least", "at_most"}),
        "fact": frozenset({"op", "value", "unit"}),
        "size": frozenset({"op", "value", "last_days"}),
    }
    """Which further keys each form takes."""

    @property
    def form(self) -> str:
        """Which of the six forms the condition has."""
        return next(name for name in self.belongs if self._given(name))

    @property
    def parts(self) -> tuple["Condition", ...]:
        """The conditions inside it."""
        negated = (self.not_,) if self.not_ else ()
        return self.all_ or self.any_ or self.count or negated

    @property
    def name(self) -> str | None:
        """The fact that it asks about."""
        return self.fact or self.size

    def leaves(self) -> Iterator["Condition"]:
        """Return all conditions that ask about a fact."""
        if self.name:
            yield self
        for part in self.parts:
            yield from part.leaves()

    def _given(self, name: str) -> bool:
        return getattr(self, {"all": "all_", "any": "any_", "not": "not_"}.get(name, name)) is not None

    @model_validator(mode="after")
    def _has_one_form(self) -> Self:
        forms = [name for name in self.belongs if self._given(name)]
        if len(forms) != 1:
            names = ", ".join(self.belongs)
            raise BadValueError(f"须恰好写 {names} 之一", f"needs exactly one of {names}")
        stray = {"at_least", "at_most", "op", "value", "unit", "last_days"} - self.belongs[forms[0]]
        found = sorted(name for name in stray if self._given(name))
        if found:
            raise BadValueError(f"{forms[0]} 不能带 {', '.join(found)}", f"{forms[0]} does not take {', '.join(found)}")
        self._is_complete(forms[0])
        return self

    def _is_complete(self, form: str) -> None:
        if form == "count" and self.at_least is None and self.at_most is None:
            raise BadValueError("count 须有 at_least 或 at_most", "count needs at_least or at_most")
        if form in ("fact", "size") and (self.op is None or self.value is None):
            raise BadValueError(f"{form} 须有 op 和 value", f"{form} needs op and value")
        if form == "size" and (type(self.value) is not int or self.op not in OPERATORS["number"]):
            raise BadValueError("size 只能与整数比较", "size is compared with a whole number")
        if (self.op in ("in", "not in")) != isinstance(self.value, tuple):
            raise BadValueError("in 与 not in 须配列表，其他不配", "in and not in take a list, others a single value")


@record_type("rule")
class Rule(Record):
    """A rule (规则): where ``when`` holds, the answer to ``question`` is ``verdict``.

    Rules of one question are tried by ascending ``order``; the first that holds decides.
    """

    question: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")
    verdict: str = Field(min_length=1)
    order: int = Field(ge=0)
    when: Condition
