"""Amounts of money as Chinese legal papers write them (金额大写)."""

from decimal import ROUND_HALF_UP, Decimal

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def in_capitals(yuan: Decimal) -> str:
    """Write an amount [yuan] in capital numerals, to the fen; it is not negative and below 10^16.

    >>> in_capitals(Decimal(1900000)), in_capitals(Decimal("10005.3"))
    ('壹佰玖拾万元整', '壹万零伍元叁角')
    """
    fen = int((yuan * 100).to_integral_value(ROUND_HALF_UP))
    whole, rest = divmod(fen, 100)
    jiao, cent = divmod(rest, 10)
    head = f"{_whole(whole)}元" if whole or not rest else ""
    if not rest:
        return f"{head}整"
    tail = f"{_DIGITS[jiao]}角" if jiao else "零" if head else ""
    return head + tail + (f"{_DIGITS[cent]}分" if cent else "")


def _whole(number: int) -> str:
    if number == 0:
        return _DIGITS[0]
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    written = ""
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if group == 0:
            continue
        gap = bool(written) and (group < 1000 or (place + 1 < len(groups) and groups[place + 1] == 0))
        written += (_DIGITS[0] if gap else "") + _group(group) + _GROUPS[place]
    return written


def _group(group: int) -> str:
    """Write 1 to 9999; a gap inside is one 零.

    >>> _group(1010), _group(5003)
    ('壹仟零壹拾', '伍仟零叁')
    """
    written, gap = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit == 0:
            gap = gap or bool(written)
            continue
        written += (_DIGITS[0] if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return written
