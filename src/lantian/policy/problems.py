"""Mistakes in a pack (政策包中的错误): where, what was found, what is allowed; in Chinese and English."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from lantian.kernel.errors import LantianError, Text


@dataclass(frozen=True)
class Where:
    """The place of a mistake, as exactly as it is known."""

    pack: str = ""
    file: str = ""
    line: int | None = None
    table: str | None = None
    record: str | None = None
    key: str | None = None

    def __str__(self) -> str:
        """Return the place as an editor understands it.

        >>> str(Where("cn", "limits.toml", 12, "limit", "pm25-year", "unit"))
        'cn/limits.toml:12 [[limit]] pm25-year.unit'
        """
        place = "/".join(part for part in (self.pack, self.file) if part)
        place += f":{self.line}" if self.line else ""
        table = f"[[{self.table}]]" if self.table else ""
        name = ".".join(part for part in (self.record, self.key) if part)
        return " ".join(part for part in (place, table, name) if part)


@dataclass(frozen=True)
class Problem:
    """One mistake: its kind (a short slug), its place, what is wrong, what was found and what is allowed."""

    kind: str
    where: Where
    what: Text
    found: str | None = None
    allowed: Text | None = None

    @property
    def text(self) -> Text:
        """The whole sentence in both languages."""
        return Text(self._sentence("zh"), self._sentence("en"))

    def _sentence(self, language: str) -> str:
        english = language == "en"
        parts = [self.what.in_language(language)]
        if self.found is not None:
            parts.append(f"found {self.found}" if english else f"现为 {self.found}")
        if self.allowed is not None:
            allowed = self.allowed.in_language(language)
            parts.append(f"allowed: {allowed}" if english else f"应为：{allowed}")
        place = str(self.where)
        return f"{place}: {'; '.join(parts)}" if english else f"{place}：{'；'.join(parts)}"

    def as_json(self) -> dict[str, object]:
        """Return the problem as a JSON object."""
        place = {name: value for name, value in vars(self.where).items() if value not in (None, "")}
        return {"kind": self.kind, **place, "found": self.found, "zh": self.text.zh, "en": self.text.en}


class PackError(LantianError):
    """A pack that cannot be used; ``problems`` holds every mistake that was found, not the first only."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            Text(
                "\n".join([f"政策包有 {len(self.problems)} 处错误：", *(p.text.zh for p in self.problems)]),
                "\n".join([f"{len(self.problems)} problem(s) in the pack:", *(p.text.en for p in self.problems)]),
            )
        )


def one_of(found: str, allowed: Iterable[str]) -> Text:
    """Say what is allowed, and which of it was probably meant.

    >>> one_of("limt", ["limit", "task"]).en
    'one of limit, task (did you mean limit?)'
    """
    names = sorted(allowed)
    shown = ", ".join(names[:MOST_NAMES]) + (" …" if len(names) > MOST_NAMES else "")
    close = get_close_matches(found, names, n=1, cutoff=0.5)
    if not close:
        return Text(f"{shown} 之一", f"one of {shown}")
    return Text(f"{shown} 之一（是否想写 {close[0]}？）", f"one of {shown} (did you mean {close[0]}?)")


MOST_NAMES = 12
"""A longer list of allowed names is cut: the suggestion beside it still searches all."""
