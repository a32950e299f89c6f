"""What the services of the complaints refuse."""

from lantian.kernel.errors import LantianError, Text


class ComplaintError(LantianError):
    """An act on a complaint that cannot be done. field: of the form or message that is wrong, where it is one."""

    def __init__(self, text: Text, field: str = "") -> None:
        self.field = field
        super().__init__(text)


class Changed(ComplaintError):
    """The complaint was changed since the page was opened."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "您打开此页后，投诉已有新的办理记录，未重复办理；请看最新情况后再办。",
                "The complaint has moved on since you opened the page, so nothing was done; look at it again first.",
            )
        )


class SealError(ComplaintError):
    """A sealed record that none of the keys opens, or that was changed."""
