"""Statements of who answers (责任表述), as （牵头单位：区环保局；责任单位：各街道）, and what is due in them."""

import re

from lantian.policy.plantext.clean import Clean
from lantian.policy.plantext.deadlines import deadlines, due_in_cell
from lantian.policy.plantext.departments import departments_at
from lantian.policy.plantext.model import Deadline
from lantian.policy.plantext.parties import LABEL, acts
from lantian.policy.plantext.times import PlanTime

_MAYBE = re.compile("责任|牵头|负责|配合|参与|参加|落实|协助|协办|协同|单位|部门|实施|保障")


def unbracketed(text: str) -> tuple[int, int]:
    """Return where a statement stands within its brackets, without the words that it holds for what follows too.

    >>> unbracketed("（各村（社区）负责）。"), unbracketed("各村（社区）负责。")
    ((1, 9), (0, 9))
    >>> unbracketed("（甲落实。以下均由甲落实，不再列出）")
    (1, 4)
    """
    if text[0] not in "（([【":
        return 0, len(text)
    tail = _BELOW_TOO.search(text) or re.search(r"(?:[）)\]】][。；]?|[。；][）)\]】])$", text)
    return 1, tail.start() if tail else len(text)


_BELOW_TOO = re.compile("[。；，](?:以下|下述|下列|后续|下同)[^。]*[）)\\]】][。；]?$")


TIME_LABEL = re.compile("(?:完成|整改|办结|实施|落实|计划|目标)*(?:时限|时间|期限|进度|节点)(?:要求|安排)?[:：为]")


_GOES_ON = re.compile("(?:[，,](?:长期|持续|常年|全年|每年|\\d{4}年)[^，。；]{0,8})?")
"""What may stand behind departments that stand alone in brackets, as （区住建委、各街道，持续实施）."""


def names_only(body: str) -> bool:
    """Tell departments that stand alone, but for how long they are to go on with it."""
    named = departments_at(body, 0)
    return named is not None and bool(_GOES_ON.fullmatch(body, named.end))


def is_statement(text: str) -> bool:
    """Tell whether a sentence says only who answers, as （区环保局牵头，区住建委配合）.

    >>> is_statement("（牵头单位：区环保局；责任单位：各街道）"), is_statement("区环保局牵头开展检查。")
    (True, False)
    """
    if (
        not _MAYBE.search(text, max(0, len(text) - 40))
        and text[0] not in "（([【"
        and not (TIME_LABEL.match(text) or LABEL.match(text))
    ):
        return False
    start, end = unbracketed(text)
    body = text[start:end].rstrip("。；")
    if LABEL.match(body) or TIME_LABEL.match(body):
        return True
    if text[0] in "（(【[" and names_only(body):
        return True
    found = acts(body)
    if found and text[0] in "（(" and found[0].start == 0 and found[0].statement:
        return True
    if not found or not all(act.statement or act.role == "joint" or act.rule == "会同" for act in found):
        return False
    rest = body
    for act in reversed(found):
        rest = rest[: act.start] + rest[act.end :]
    return bool(
        re.fullmatch(
            (
                "(?:[由、，；。：等]|按照?|根据|依据|各自|属地|职责|职能|分工|具体|共同|负责|牵头|配合|参与|参加|协助|协办"
                "|协同|落实|组织|实施|保障|会同|抓好|做好|分别|督导|督促|推进|统筹|协调|指导|抓总|办理)*"
            ),
            rest,
        )
    )


def due_in_statement(statement: Clean, time: PlanTime | None) -> list[Deadline]:
    """Return the deadlines of a statement; behind 完成时限： a day is the last one."""
    label = TIME_LABEL.search(statement.text)
    if label is None:
        return deadlines(statement, time)
    before, behind = statement.part(0, label.start()), statement.part(label.end(), len(statement.text))
    return [*(deadlines(before, time) if before.text else ()), *due_in_cell(behind, time)]
