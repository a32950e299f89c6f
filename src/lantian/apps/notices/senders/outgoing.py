"""A message as a sender gets it, and what the receiver said."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from lantian.kernel.errors import Text

ANSWER_LENGTH = 300


@dataclass(frozen=True)
class Outgoing:
    """A message for one receiver. options and secrets: of its channel. token: the same at each try.

    link: in full, or "" where the settings name no address of the platform. hosts: of the channel's vendor.
    """

    kind: str
    options: Mapping[str, str]
    secrets: Mapping[str, str]
    address: str
    title: Text
    text: Text
    language: str
    token: str
    at: datetime
    link: str = ""
    template: str = ""
    urgent: bool = False
    prefix: Text = field(default_factory=lambda: Text("", ""))
    longest_bytes: int = 2000
    hosts: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """The title on one line, with the prefix."""
        return " ".join((self.prefix.in_language(self.language) + self.title.in_language(self.language)).split())

    @property
    def body(self) -> str:
        """Text and link."""
        return "\n".join(part for part in (self.text.in_language(self.language), self.link) if part)

    @property
    def whole(self) -> str:
        """Subject, text and link in one, no longer than the receiver takes; the link is kept."""
        said = f"{self.subject}\n{self.text.in_language(self.language)}"
        tail = f"\n{self.link}" if self.link else ""
        return cut(said, self.longest_bytes - len(tail.encode())) + tail


def cut(text: str, longest: int) -> str:
    """Return a text of at most so many bytes of UTF-8; what is cut ends in …

    >>> cut("空气质量", 12), cut("空气质量", 9)
    ('空气质量', '空气…')
    """
    raw = text.encode()
    if len(raw) <= longest:
        return text
    return raw[: max(longest - len("…".encode()), 0)].decode(errors="ignore") + "…"


@dataclass(frozen=True)
class Answer:
    """What a receiver said. taken: it has the message. final: trying again is of no use."""

    taken: bool
    text: str
    final: bool = False

    def __post_init__(self) -> None:
        """Keep the answer short and on one line."""
        object.__setattr__(self, "text", " ".join(self.text.split())[:ANSWER_LENGTH])
