"""What an explained frame consists of."""

from dataclasses import dataclass, field

from lantian.kernel.errors import Text

NOTHING = Text("", "")
HIDDEN = "******"


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its group, its name as in the protocol, the text as sent, what it means, its value with unit.

    verdict: what is wrong with it, or that it does not count; empty when it is as it should be.
    """

    group: Text
    name: str
    text: str
    meaning: Text = NOTHING
    value: str = ""
    unit: str = ""
    verdict: Text = NOTHING


@dataclass(frozen=True)
class Explained:
    """A frame: what it is in one line, its fields in order, names of its faults, bytes with secrets hidden."""

    title: Text
    fields: tuple[Field, ...] = ()
    faults: tuple[str, ...] = ()
    raw: bytes = b""
    notes: tuple[Text, ...] = field(default=())
