"""One error family, in two languages: what was found, where, and what was expected."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True)
class Text:
    """A short text in Chinese and English (中英文本).

    >>> Text("细颗粒物", "fine particles").in_language("en")
    'fine particles'
    """

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the text for a language tag such as ``zh-hans`` or ``en``; anything but English reads Chinese."""
        return self.en if language.startswith("en") else self.zh


class LantianError(Exception):
    """A mistake that a reader can mend; ``text`` says it in the reader's language."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text
