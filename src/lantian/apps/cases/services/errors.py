"""What the services of the cases refuse."""

from lantian.kernel.errors import LantianError, Text


class CaseActError(LantianError):
    """An act on a case that cannot be done."""


class Changed(CaseActError):
    """The case was changed since the page was opened: a second click, or somebody else."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "您打开此页后，案件已有新的办理记录，未重复办理；请看最新情况后再办。",
                "The case has moved on since you opened the page, so nothing was done; look at it again first.",
            )
        )


class NotYours(CaseActError):
    """A step that another organisation has to take."""

    def __init__(self, holder: str) -> None:
        super().__init__(
            Text(f"此环节由“{holder}”承办，您的岗位不能办理。", f"{holder} has to take this step; your posts may not.")
        )
