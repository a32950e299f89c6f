"""What the services of the inspections refuse."""

from collections.abc import Sequence

from lantian.kernel.errors import LantianError, Text


class InspectionError(LantianError):
    """An inspection, plan or draw that cannot be stored as it was sent."""


class NotYourGround(InspectionError):
    """An inspection where one's posts do not reach."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "此对象不在您岗位的范围内，也没有分派给您。",
                "This entry is not on the ground of your posts, nor assigned to you.",
            )
        )


class ItemProblems(InspectionError):
    """Answers that do not fit the checklist, by item."""

    def __init__(self, problems: Sequence[tuple[str, Text]]) -> None:
        self.problems = dict(problems)
        zh = "；".join(text.zh for _, text in problems)
        super().__init__(Text(f"检查表未填好：{zh}。", "; ".join(text.en for _, text in problems) + "."))


class PhotosMissing(InspectionError):
    """Photos that the checklist asks for, or that were announced, and have not arrived. items: "" is the whole."""

    def __init__(self, items: Sequence[tuple[str, Text]]) -> None:
        self.items = tuple(item for item, _ in items)
        zh = "、".join(text.zh for _, text in items)
        super().__init__(
            Text(f"缺照片：{zh}。", "Photos are missing: " + "; ".join(text.en for _, text in items) + ".")
        )


class SentDifferently(InspectionError):
    """The same inspection was sent before with other content; the first one stands."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "这次检查已经收到过，内容与这次不同；以先收到的为准，需要更正请另做一次复查。",
                "This inspection was received before with other content; the first one stands. "
                "To correct it, make a follow-up.",
            )
        )
