"""The pack's rules on credentials and conduct as they hold on a day (规则), and what a judgement says (结论)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.conf import settings

from lantian.kernel.errors import LantianError, Text
from lantian.policy.duty import DutyRules
from lantian.policy.reader import load_pack
from lantian.policy.records import Record

R = TypeVar("R", bound=Record)


class NoRule(LantianError):
    """A rule that the pack does not have on a day."""

    def __init__(self, kind: type[Record], day: date) -> None:
        super().__init__(
            Text(f"政策包在 {day} 没有 [[{kind.table}]] 规则。", f"The pack has no [[{kind.table}]] on {day}.")
        )


def rules_on(kind: type[R], day: date) -> tuple[R, ...]:
    """Return the rules of a kind that hold on a day."""
    return load_pack(str(settings.PACK)).on(kind, day)


def rule_on(kind: type[R], day: date) -> R:
    """Return the one rule of a kind on a day; raises NoRule."""
    found = rules_on(kind, day)
    if not found:
        raise NoRule(kind, day)
    return found[0]


def duty_rules() -> DutyRules:
    """Return the pack's limits bound to the pure calculations."""
    return DutyRules(load_pack(str(settings.PACK)))


@dataclass(frozen=True)
class Reason:
    """Why something is refused: an id, the sentence, where it is written, and how sure the rule is."""

    id: str
    text: Text
    citation: Text
    confidence: str = "A"

    def kept(self) -> dict[str, Any]:
        """As it is stored with a check."""
        return {
            "id": self.id,
            "zh": self.text.zh,
            "en": self.text.en,
            "cite": [self.citation.zh, self.citation.en],
            "confidence": self.confidence,
        }

    @classmethod
    def of(cls, record: Record, text: Text, name: str = "") -> "Reason":
        """A reason that rests on a record of the pack."""
        return cls(name or record.id, text, record.citation, record.confidence)

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Reason":
        """A reason as it was stored."""
        return cls(kept["id"], Text(kept["zh"], kept["en"]), Text(*kept["cite"]), kept.get("confidence", "A"))


@dataclass(frozen=True)
class Verdict:
    """What a check found: it passes when there is no reason against; ``notes`` are said besides."""

    reasons: tuple[Reason, ...] = ()
    notes: tuple[Text, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing stands against it."""
        return not self.reasons

    def names(self) -> tuple[str, ...]:
        """The ids of the reasons."""
        return tuple(reason.id for reason in self.reasons)


def verdict(reasons: Iterable[Reason | None], notes: Iterable[Text | None] = ()) -> Verdict:
    """Return a verdict of the reasons and notes that there are."""
    return Verdict(tuple(one for one in reasons if one), tuple(one for one in notes if one))
