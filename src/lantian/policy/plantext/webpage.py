"""The text of a web page as it is shown (网页文本): blocks as lines, rows of tables with tabs between their cells.

What the page hides is not read: display:none, the hidden attribute, templates, scripts, and Word's own marks in a page
that Word saved. Numbers that the browser makes for a list are written out.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from lantian.policy.plantext.bounds import TooLongError
from lantian.policy.plantext.grids import MOST_ACROSS, MOST_DOWN, Grid, GridCell
from lantian.policy.plantext.markup import hides, plain_markup
from lantian.policy.plantext.notes import raised
from lantian.policy.plantext.word_numbers import number_in

_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "br", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend",
    "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "title", "tr", "ul",
))  # fmt: skip
_SILENT = frozenset((
    "audio", "canvas", "datalist", "del", "dialog", "head", "iframe", "noframes", "noscript", "object", "rp",
    "rt", "rtc", "script", "select", "style", "svg", "template", "textarea", "video", "xml",
))  # fmt: skip
_VOID = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
))  # fmt: skip
_OF_HEAD = frozenset(("base", "link", "meta", "noscript", "object", "script", "style", "template", "title", "xml"))
_AROUND = frozenset(("table", "td", "th", "ol", "ul", "menu", "dl"))
"""Nothing within these ends what stands around them."""
_OF_ROWS = frozenset(("table", "tr", "tbody", "thead", "tfoot", "body", "html"))
_ENDED_BY = {
    "p": _BLOCKS - {"br"}, "li": frozenset(("li",)), "dt": frozenset(("dt", "dd")), "dd": frozenset(("dt", "dd")),
    "td": frozenset(("td", "th", "tr", "tbody", "tfoot")), "th": frozenset(("td", "th", "tr", "tbody", "tfoot")),
    "tr": frozenset(("tr", "tbody", "tfoot")), "rt": frozenset(("rt", "rp")), "rp": frozenset(("rt", "rp")),
}  # fmt: skip
_FORMS = {
    "1": "decimal", "decimal": "decimal", "cjk-ideographic": "chineseCounting",
    "simp-chinese-informal": "chineseCounting", "trad-chinese-informal": "chineseCounting",
}  # fmt: skip
_STYLE_OF_LIST = re.compile(r"list-style(?:-type)?\s*:\s*([\w-]+)", re.IGNORECASE)
_LABELLED = re.compile(
    r"\s*(?:[（(]?[\d一二三四五六七八九十]{1,3}[.．、）)]|第[\d一二三四五六七八九十百]+[条章节]|[①-⑳])"
)
MOST_MARKS = 1_000_000
_DEEPEST = 400
"""So many elements may stand in each other; browsers stop at about as many."""


def html_text(page: str) -> str:
    """Return the text of a web page.

    >>> html_text("<ol><li>清扫<li>清运</ol><p hidden>无<table><tr><td>甲<td>乙</table>")
    '1.清扫\\n2.清运\\n甲\\t乙'
    """
    text, hidden = plain_markup(page)
    if text.count("<") > MOST_MARKS:
        raise TooLongError
    reader = _Page(hidden)
    reader.feed(text)
    reader.close()
    return "\n".join(reader.lines())


@dataclass(frozen=True)
class _Open:
    """An element that is open; silent: it, or one around it, is not shown."""

    tag: str
    silent: bool
    raised: bool
    pre: bool


@dataclass
class _List:
    form: str
    count: int


@dataclass
class _Place:
    """Where lines go: the page itself, or a table with the cell that is open."""

    lines: list[str] = field(default_factory=list)
    rows: list[list[GridCell]] = field(default_factory=list)
    cell: GridCell | None = None


class _Page(HTMLParser):
    """Follows the elements of a page, also those that are never closed."""

    def __init__(self, hidden: Collection[tuple[str, str]]) -> None:
        super().__init__(convert_charrefs=True)
        self.hidden = hidden
        self.open: list[_Open] = []
        self.places = [_Place()]
        self.lists: list[_List] = []
        self.parts: list[str] = []
        self.last = ""
        self.label = ""

    def lines(self) -> list[str]:
        """Return the lines of the page when all is fed."""
        self._end_line()
        while len(self.places) > 1:
            self._end_table()
        return self.places[0].lines

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._end_implied(tag)
        given = {name: text or "" for name, text in attrs}
        around = self.open[-1] if self.open else _Open("", silent=False, raised=False, pre=False)
        silent = around.silent or tag in _SILENT or self._is_hidden(given)
        if len(self.open) >= _DEEPEST:
            return
        if tag not in _VOID:
            pre = around.pre or tag in ("pre", "listing", "plaintext")
            self.open.append(_Open(tag, silent, around.raised or tag == "sup", pre))
        if not silent:
            self._begin(tag, given)

    def handle_endtag(self, tag: str) -> None:
        place = self._nearest((tag,))
        if place < 0:
            if tag in _BLOCKS and not (self.open and self.open[-1].silent):
                self._end_line()
        elif place >= self._nearest(("td", "th", "table")) or tag in _OF_ROWS:
            self._close(place)

    def _nearest(self, tags: Collection[str]) -> int:
        return next((place for place in range(len(self.open) - 1, -1, -1) if self.open[place].tag in tags), -1)

    def _close(self, place: int) -> None:
        """End the open elements from a place on, the innermost first."""
        closed = self.open[place:]
        del self.open[place:]
        for each in reversed(closed):
            if not each.silent:
                self._end(each.tag)

    def handle_data(self, data: str) -> None:
        around = self.open[-1] if self.open else None
        if around is not None and around.silent:
            return
        data = data.replace("\xad", "")
        if around is not None and around.pre:
            first, *more = data.split("\n")
            self._add(first)
            for line in more:
                self._end_line()
                self._add(line)
            return
        text = _WRAPPED.sub("", data)
        text = re.sub(r"[\s\xa0]+", " ", text)
        self._add(raised(self.last, text) if around is not None and around.raised else text)

    def _add(self, text: str) -> None:
        self.parts.append(text)
        self.last = (self.last + text)[-_BEFORE:]

    def _end_implied(self, tag: str) -> None:
        """End what this element ends by its beginning: a paragraph by a block, a row by a row, the head by the text."""
        if tag == "body":
            self.open.clear()
        for place in range(len(self.open) - 1, -1, -1):
            around = self.open[place].tag
            if tag in _ENDED_BY.get(around, ()) or (around == "head" and tag not in _OF_HEAD and ":" not in tag):
                self._close(place)
            elif around in _AROUND:
                break

    def _is_hidden(self, given: Mapping[str, str]) -> bool:
        if "hidden" in given or hides(given.get("style", "")):
            return True
        names = (*((".", name) for name in given.get("class", "").split()), ("#", given.get("id", "")))
        return any(name in self.hidden for name in names)

    def _begin(self, tag: str, given: Mapping[str, str]) -> None:
        place = self.places[-1]
        if tag in _BLOCKS:
            self._end_line()
        if tag == "table":
            self.places.append(_Place())
        elif tag == "tr" and len(self.places) > 1:
            place.rows.append([])
        elif tag in ("td", "th") and len(self.places) > 1:
            self._begin_cell(place, given)
        elif tag in ("ol", "ul", "menu"):
            self.lists.append(_List(_form_of(tag, given), _whole(given.get("start"), 1, 10**6) - 1))
        elif tag == "li" and self.lists:
            self._begin_item(self.lists[-1], given)

    def _begin_cell(self, place: _Place, given: Mapping[str, str]) -> None:
        self._end_cell(place)
        if not place.rows:
            place.rows.append([])
        place.cell = GridCell(
            across=_whole(given.get("colspan"), 1, MOST_ACROSS), down=_whole(given.get("rowspan"), 1, MOST_DOWN)
        )
        place.rows[-1].append(place.cell)

    def _begin_item(self, of: _List, given: Mapping[str, str]) -> None:
        of.count = _whole(given.get("value"), of.count + 1, 10**6)
        number = number_in(of.count, of.form)
        self.label = number + ("、" if of.form == "chineseCounting" else ".") if number else ""

    def _end(self, tag: str) -> None:
        if tag in _BLOCKS or tag in ("td", "th"):
            self._end_line()
        if tag == "table" and len(self.places) > 1:
            self._end_table()
        elif tag in ("td", "th", "tr"):
            self._end_cell(self.places[-1])
        elif tag in ("ol", "ul", "menu") and self.lists:
            self.lists.pop()

    def _end_line(self) -> None:
        line = "".join(self.parts).strip(" ")
        if line:
            line = line if _LABELLED.match(line) else self.label + line
            place = self.places[-1]
            (place.lines if place.cell is None else place.cell.lines).append(line)
            self.label = ""
        self.parts, self.last = [], ""

    def _end_cell(self, place: _Place) -> None:
        self._end_line()
        place.cell = None

    def _end_table(self) -> None:
        """Put a table's lines, and what stood in it outside of its cells, where the table stands."""
        self._end_line()
        table = self.places.pop()
        grid, place = Grid(table.rows), self.places[-1]
        if place.cell is not None:
            place.cell.lines += table.lines
            place.cell.take(grid)
        else:
            place.lines += [*table.lines, *grid.lines]


_BEFORE = 8
"""So many characters before a raised one tell what it is."""
_WRAPPED = re.compile(r"(?<=[\u2e80-\u9fff\uff00-\uffef])[ \t\r]*\n\s*(?=[\u2e80-\u9fff\uff00-\uffef])")
"""A line break of the file within Chinese text, where no space is shown."""


def _form_of(tag: str, given: Mapping[str, str]) -> str:
    style = _STYLE_OF_LIST.search(given.get("style", ""))
    return _FORMS.get(style[1].lower() if style else given.get("type", "1" if tag == "ol" else ""), "")


def _whole(text: str | None, usual: int, most: int) -> int:
    """Return a number of an attribute; 0 for a span means as far as it goes."""
    if text is None or not text.strip().isascii() or not text.strip().isdigit():
        return usual
    return min(int(text[:9]) or most, most)
