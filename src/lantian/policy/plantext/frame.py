"""What stands around a plan's text (正文之外): the list of contents, the lines before and behind, titles of tables."""

import re
from collections.abc import Sequence

from lantian.policy.plantext.clean import clean
from lantian.policy.plantext.lines import paragraphs
from lantian.policy.plantext.model import Head, Leftover
from lantian.policy.plantext.outline import Block, with_headings
from lantian.policy.plantext.parties import acts
from lantian.policy.plantext.signs import CLOSING, CONTENTS, DUTY, GUIDING, OF_PAPERS

_CAPTION = 36
"""A table's title has at most so many characters."""


def without_contents(blocks: Sequence[Block]) -> tuple[list[Block], list[Block]]:
    """Return the blocks without a list of contents, and that list: from 目录 to where its first line comes again."""
    word = next((place for place, block in enumerate(blocks) if block.clean.text == "目录"), None)
    if word is None or word + 1 >= len(blocks):
        return list(blocks), []
    first = blocks[word + 1].clean.text
    again = next((place for place in range(word + 2, len(blocks)) if blocks[place].clean.text == first), None)
    if again is None or any("。" in block.clean.text for block in blocks[word:again]):
        return list(blocks), []
    return [*blocks[:word], *blocks[again:]], list(blocks[word:again])


def blocks_of(source: str) -> tuple[list[Block], list[Leftover]]:
    """Return a text's paragraphs and tables with their headings, and the lines that are none."""
    found, left = paragraphs(source)
    blocks = []
    for paragraph in found:
        body = clean(source, paragraph.spans)
        if CONTENTS.fullmatch(body.text) and not paragraph.rows:
            left.append(Leftover(paragraph.span, "contents"))
        elif body.text:
            blocks.append(Block(body, paragraph.span, rows=paragraph.rows))
    blocks, listed = without_contents(blocks)
    return with_headings(blocks), left + [Leftover(block.span, "contents") for block in listed]


def holds(head: Head, block: Block) -> bool:
    """Tell whether a block holds a field of the head."""
    fields = (head.title, head.number, head.date, head.issuer)
    return any(each is not None and block.span.covers(each.reading.span) for each in fields)


def parts(blocks: Sequence[Block]) -> tuple[Sequence[Block], Sequence[Block], Sequence[Block]]:
    """Cut into what stands before the first heading or table, the plan, and the closing lines."""
    first = next((place for place, block in enumerate(blocks) if block.heading or block.rows), None)
    if first is None:
        first = next((n for n, block in enumerate(blocks) if _is_prose(block)), len(blocks))
    if first == len(blocks):
        first = next((n for n, block in enumerate(blocks) if _asks(block)), len(blocks))
    last = len(blocks)
    while last > first + 1 and not blocks[last - 1].rows and CLOSING.fullmatch(blocks[last - 1].clean.text):
        last -= 1
    return blocks[:first], blocks[first:last], blocks[last:]


def is_caption(block: Block, following: Sequence[Block]) -> bool:
    """Tell the title of a table or of 一是…: a short line right above that is no sentence."""
    plain = block.heading is None and not block.rows and len(block.clean.text) <= _CAPTION
    above = any(each.rows or each.clean.text.startswith("一是") for each in following)
    return plain and above and not re.search("[，。；：）]$|，", block.clean.text)


def _is_prose(block: Block) -> bool:
    """Tell the first paragraph of a plan without headings: somebody acts, or it obliges and tells of no paper."""
    text = _BY_PAPER.sub("", block.clean.text[:_OPENING])
    obliges = DUTY.search(text) and not OF_PAPERS.search(text) and not GUIDING.search(text)
    return "。" in text and bool(acts(text) or obliges)


_BY_PAPER = re.compile("^(?:根据|按照|依据)《[^》]{1,60}》[^，。；]{0,14}，(?=[^。]*(?:不得|必须|应当|严禁|方可|一律))")
"""The paper by which something must be done, before the duty itself."""


def _asks(block: Block) -> bool:
    """Tell the paragraph of a short notice that asks for something."""
    text = block.clean.text[:_OPENING]
    return "。" in text and bool(DUTY.search(text)) and not _LETTER.search(text)


_PASSED_ON = re.compile("^现将[^。；]{2,200}?(?:转发|印发|下发|转送)[^，。；]{0,8}[，。；](?=请)")
_PLEASE_FOLLOW = re.compile("请[^，。；]{0,16}(?:认真|严格|切实|遵照|抓好)*(?:贯彻|执行|落实)[^，。；]{0,4}。?$")


def passed_on(text: str) -> int:
    """Return where the paragraph of a letter begins to ask for something, behind 现将…转发给你们，; or 0.

    >>> passed_on("现将方案转发给你们，请各县清理。"), passed_on("请各县清理。")
    (10, 0)
    """
    match = _PASSED_ON.match(text)
    return match.end() if match else 0


def asks(text: str) -> bool:
    """Tell the paragraph of a letter that asks for something.

    >>> asks("请各县清理"), asks("各县："), asks("现将方案印发给你们，请认真贯彻执行。")
    (True, False, False)
    """
    asked = text[passed_on(text) :][:_OPENING]
    obliges = bool(acts(asked) or DUTY.search(asked)) and not GUIDING.search(asked)
    return obliges and text[-1] not in "：:" and not _PLEASE_FOLLOW.fullmatch(asked)


_OPENING = 2000
_LETTER = re.compile("印发给你们|现印发|转发给你们|(?:通知|意见)如下|制定(?:本|了)|^(?:为|根据|按照|现将|近日|经)")
