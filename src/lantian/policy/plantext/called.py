"""Departments called by their name alone before what is theirs (职责分工), as 县交通局。负责巡查道路。"""

import re
from collections.abc import Sequence
from dataclasses import replace

from lantian.policy.plantext.clean import Clean
from lantian.policy.plantext.fields import parties_of
from lantian.policy.plantext.model import Party
from lantian.policy.plantext.parties import acts
from lantian.policy.plantext.signs import DUTY

_LONGEST_NAMES = 60
_ANNOUNCED = re.compile("[^，。；：]{0,20}(?:职责|分工|任务)[^，。；：]{0,6}：")
_HELPS = re.compile("(?:做好|积极|共同|主动|全力)*(?:配合|协助|参与|协同)")


def names_alone(text: str) -> bool:
    """Tell text that is departments' names and nothing else, as 县交通局、公路局。

    >>> names_alone("县交通局、公路局。"), names_alone("市规划局："), names_alone("市规划局负责巡查。")
    (True, True, False)
    """
    name = text.rstrip("。：:").replace("，", "、")
    if not 2 < len(name) <= _LONGEST_NAMES or "：" in name:
        return False
    return any(act.names and (act.start, act.end) == (0, len(name)) for act in acts(name))


def named_behind(text: str) -> int:
    """Return where the names begin that stand alone behind what announces a list of duties; -1 where none do.

    >>> named_behind("成员单位职责如下：县环保局。"), named_behind("县环保局。"), named_behind("加强巡查。")
    (9, 0, -1)
    """
    announced = _ANNOUNCED.match(text)
    start = announced.end() if announced else 0
    return start if names_alone(text[start:]) else -1


def named_alone(part: Clean) -> Sequence[Party]:
    """Return who is named by text that is departments' names and nothing else."""
    return parties_of(acts(part.text.rstrip("。：:").replace("，", "、")), part)


def name_in_title(title: Clean) -> Clean:
    """Return a title without the words by which it tells whose duties follow, as 县农委 of 县农委主要任务：."""
    text = title.text.rstrip("。：:")
    name = _OF_THEIRS.sub("", text)
    return title.part(0, len(name)) if name != text and names_alone(name) else title


def calls(text: str) -> bool:
    """Tell a paragraph that begins with who is called upon and tells what is theirs.

    >>> calls("市规划局：负责河道整治。"), calls("各县住建局："), calls("联系人：张三，电话按时接听。")
    (True, False, False)
    """
    name, colon, duty = text[: _LONGEST_NAMES + 1].partition("：")
    return bool(colon) and names_alone(name) and text.endswith(("。", "；")) and bool(DUTY.search(duty))


def lists_duties(text: str) -> bool:
    """Tell a sentence that says who must do what is listed below it.

    >>> lists_duties("各乡镇应当做好下列工作："), lists_duties("区域包括以下部分：")
    (True, False)
    """
    return bool(_LISTED.search(text)) and any(act.names for act in acts(text))


_LISTED = re.compile("(?:要|应当?|须|负责|承担|履行)[^，。；]{0,12}(?:下列|以下|如下)[^，。；]{0,12}：$")


def opened_by(sentence: Clean, titles: str) -> Sequence[Party]:
    """Return whose duties a paragraph tells that this sentence opens: before ：, or before 负责 in a list of duties.

    titles: the titles above, as 职责分工.
    """
    colon = sentence.text.find("：", 0, _LONGEST_NAMES)
    name = _OF_THEIRS.sub("", sentence.text[: max(colon, 0)])
    if colon > 0 and names_alone(name):
        return named_alone(sentence.part(0, len(name)))
    if not _DUTIES.search(titles):
        return ()
    first = next((act for act in acts(sentence.text) if act.start == 0 and act.names and act.role == "lead"), None)
    return parties_of([first], sentence) if first and first.rule in _IN_PERSON else ()


_OF_THEIRS = re.compile("(?:的?(?:主要|工作|具体)*(?:职责|任务|责任)(?:分工)?|（[^（）]{2,8}）)$")
_DUTIES = re.compile("职责|分工|责任(?!追究)")
_IN_PERSON = frozenset(("负责", "牵头", "组织"))


def with_owner(owner: Sequence[Party], parties: Sequence[Party], text: str) -> list[Party]:
    """Add who was called to those who act in a duty where none of them leads; who begins with 配合 joins in."""
    if any(each.role == "lead" for each in parties):
        return list(parties)
    helps = bool(_HELPS.match(text))
    return [*(replace(each, role="joint") if helps else each for each in owner), *parties]
