"""How long a plan's text may be (篇幅): a longer one is refused in a sentence, before anything is read of it."""

from lantian.kernel.errors import Text
from lantian.policy.plantext.errors import PlanTextError

MOST_CHARACTERS = 2_000_000
"""About a hundred times the longest plan of a province; it is read within half a minute."""


def too_long(name: str) -> PlanTextError:
    """Return the error for a file with more text."""
    return PlanTextError(
        Text(
            f"{name} 的文字超过 {MOST_CHARACTERS} 字：请按章拆开导入",
            f"{name} holds more than {MOST_CHARACTERS} characters of text: import it chapter by chapter",
        )
    )


class TooLongError(Exception):
    """More text than a plan has, found where the file's name is not known."""
