"""The marks of a web page (网页标记) before it is read: comments, scripts and style sheets are taken out.

Each search goes on where the one before ended, so that a page of marks that never end takes no longer than another.
"""

import re
from collections.abc import Iterator

_MARKS = re.compile(r"<!--|<[!?]|<(script|style)\b[^<>]{0,2000}>", re.IGNORECASE)
_ENDS = {
    "script": re.compile(r"</script\b[^<>]{0,200}>", re.IGNORECASE),
    "style": re.compile(r"</style\b[^<>]{0,200}>", re.IGNORECASE),
}
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all", re.IGNORECASE)
_SELECTOR = re.compile(r"[\w-]*([.#])([\w-]+)")


def plain_markup(page: str) -> tuple[str, set[tuple[str, str]]]:
    """Return a page without comments, declarations, scripts and sheets, and the classes and names that sheets hide.

    >>> plain_markup("<style>.a{display:none}</style><p>清<!-- x -->扫<![endif]>")
    ('<p>清扫', {('.', 'a')})
    """
    kept: list[str] = []
    hidden: set[tuple[str, str]] = set()
    place = 0
    while (found := _MARKS.search(page, place)) is not None:
        kept.append(page[place : found.start()])
        end, place = _end(page, found)
        if (found[1] or "").lower() == "style":
            hidden |= set(_hidden_by(page[found.end() : end]))
    kept.append(page[place:])
    text = "".join(kept)
    last = text.rfind(">") + 1
    return text[:last] + text[last:].replace("<", "&lt;"), hidden


def hides(style: str) -> bool:
    """Tell whether a style hides what it is given to."""
    return bool(_HIDING.search(style))


def _end(page: str, found: re.Match[str]) -> tuple[int, int]:
    """Return where the inner part of a mark ends, and where the text goes on; the end of the page for an open one."""
    if found[1]:
        closed = _ENDS[found[1].lower()].search(page, found.end())
        return (closed.start(), closed.end()) if closed else (len(page), len(page))
    close = "-->" if found.group() == "<!--" else ">"
    end = page.find(close, found.end())
    return (len(page), len(page)) if end < 0 else (end, end + len(close))


def _hidden_by(sheet: str) -> Iterator[tuple[str, str]]:
    """Yield the classes and names that a style sheet hides; what it says of other media is passed over."""
    first, *rest = sheet.replace("<!--", "").replace("-->", "").split("/*")
    depth, selector = 0, ""
    for part in re.findall(r"[{}]|[^{}]+", first + "".join(each.partition("*/")[2] for each in rest)):
        if part in "{}":
            depth = max(0, depth + (1 if part == "{" else -1))
        elif depth == 0:
            selector = part
        elif depth == 1 and "@" not in selector and hides(part):
            matches = (_SELECTOR.fullmatch(each.strip()) for each in selector.split(","))
            yield from ((each[1], each[2]) for each in matches if each)
