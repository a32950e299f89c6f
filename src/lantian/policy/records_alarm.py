"""Records of alarms (报警): rules with the parameters of one named mechanism, and how their precision is judged."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Annotated, Any, ClassVar, get_args

from pydantic import BeforeValidator, Field

from lantian.analysis.detection.rules import Allowance, Background, Gate, Mechanism
from lantian.policy.problems import one_of
from lantian.policy.records import BadValueError, Record, record_type

MECHANISMS: Mapping[str, type] = {kind.mechanism: kind for kind in get_args(Mechanism)}
"""Every mechanism by the name that a pack gives it."""


def _known(value: Any) -> Any:
    """Refuse what the schema of a plain dataclass would let pass: unknown keys, negative numbers."""
    if not isinstance(value, dict):
        return value
    name = str(value.get("mechanism", ""))
    if name not in MECHANISMS:
        allowed = one_of(name, MECHANISMS)
        raise BadValueError(
            f"没有机制“{name}”，可用：{allowed.zh}", f"there is no mechanism {name!r}; allowed: {allowed.en}"
        )
    _has_keys(name, value, MECHANISMS[name])
    for key, inner in _PARTS.items():
        part = value.get(key)
        for each in part if isinstance(part, list) else [part]:
            if isinstance(each, dict):
                _has_keys(key, each, inner)
    negative = [str(number) for number in _numbers(value) if number < 0]
    if negative:
        raise BadValueError(f"参数为负：{', '.join(negative)}", f"negative parameters: {', '.join(negative)}")
    return value


_PARTS: Mapping[str, type] = {"gates": Gate, "counts": Allowance, "background": Background}
"""The tables inside parameters."""


def _has_keys(name: str, value: Mapping[str, object], kind: type) -> None:
    names = {each.name for each in fields(kind)}
    unknown = sorted(set(value) - names)
    if unknown:
        listed, allowed = ", ".join(unknown), ", ".join(sorted(names))
        raise BadValueError(
            f"{name} 没有参数 {listed}，可用：{allowed}", f"{name} has no parameter {listed}; it has: {allowed}"
        )


def _numbers(value: object) -> Iterator[Decimal | int]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for each in value:
            yield from _numbers(each)
    elif isinstance(value, (int, Decimal)):
        yield value


@record_type("alarm_rule")
class AlarmRuleRecord(Record):
    """An alarm rule (报警规则): one mechanism with its parameters, for channels of some kinds of points.

    channels: factor codes as the lake keeps them, each judged by itself; none for rules about links and tracks.
    channel_zh, channel_en: their label where the kind has no such channel. unit: as stored.
    level: 1 notice, 2 act today, 3 act at once. minimum_minutes, clear_minutes: how long it must hold, and have ceased.
    regional: the rule whose notice covers it. yields_to: rules whose finding at the same place goes first.
    hint: what to look at on site. precision_floor: instead of the policy's. observe: it only observes until a
    recorded decision lets it raise alarms.
    """

    references: ClassVar[Mapping[str, str]] = {
        "kinds": "point_kind",
        "regional": "alarm_rule",
        "yields_to": "alarm_rule",
    }

    kinds: tuple[str, ...] = Field(min_length=1)
    channels: tuple[str, ...] = ()
    channel_zh: str | None = None
    channel_en: str | None = None
    unit: str | None = None
    level: int = Field(default=1, ge=1, le=3)
    minimum_minutes: int = Field(default=0, ge=0)
    clear_minutes: int = Field(default=0, ge=0)
    regional: str | None = None
    yields_to: tuple[str, ...] = ()
    hint_zh: str | None = None
    hint_en: str | None = None
    precision_floor: Decimal | None = Field(default=None, ge=0, le=1)
    observe: bool = False
    parameters: Annotated[Annotated[Mechanism, Field(discriminator="mechanism")], BeforeValidator(_known)]


@record_type("alarm_policy")
class AlarmPolicyRecord(Record):
    """How the precision of rules is judged (报警精度要求).

    precision_floor: least share of true alarms; a rule with at least ``minimum_judged`` judged alarms in the last
    ``days`` is proposed for "observe" when the upper end of its Wilson interval of ``confidence_level`` lies below it.
    demote: whether that is done by itself, as a recorded decision, or only proposed.
    """

    continuous: ClassVar[tuple[str, ...]] = ("table",)

    precision_floor: Decimal = Field(ge=0, le=1)
    minimum_judged: int = Field(ge=1)
    days: int = Field(ge=1)
    confidence_level: Decimal = Field(gt=0, lt=1)
    demote: bool
