"""What a list is asked for (查询条件): read from the address, turned into a filter, written back into words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db.models import F, OrderBy, Q
from django.http import QueryDict

from lantian.apps.ledger import duties, figures
from lantian.apps.ledger.kinds import label, ledger_figures
from lantian.apps.ledger.models.facets import filled, having, is_facet
from lantian.apps.ledger.models.sources import SourceQuerySet
from lantian.apps.ledger.pages.look import own_label, state_name
from lantian.apps.ledger.search import matching
from lantian.policy.records_ledger import Attribute, Duty, Kind, LedgerFigure

ROWS = {"loose": 20, "standard": 30, "tight": 50}
"""Rows of a page by density."""
MOST_PAGES = 200
"""The list does not turn further: who looks for something narrows the question instead."""
OWN_COLUMNS = ("name", "code", "area", "trade", "owner", "state", "address", "changed_at")
FILTER = "a."
"""How a filter by attribute begins in an address."""
WHO = frozenset({"due", "has", "missing"})
"""The lists of a duty: who must have it, who has it, who has not."""


@dataclass(frozen=True)
class ListQuery:
    """The question behind a list; everything in it stands in the address.

    attributes: wanted value by attribute; ``-`` asks for those without one. duty: its id with which of its lists.
    figure: its id with numerator or denominator, and perhaps a group. columns: those chosen, none is the kind's own.
    """

    text: str = ""
    area: str = ""
    state: str = ""
    trade: str = ""
    owner: str = ""
    attributes: Mapping[str, str] | None = None
    duty: Duty | None = None
    who: str = "missing"
    figure: LedgerFigure | None = None
    part: Literal["numerator", "denominator"] = "denominator"
    group: str = ""
    codes: tuple[str, ...] = ()
    sort: str = ""
    page: int = 1
    density: str = "tight"
    columns: tuple[str, ...] = ()

    @property
    def reads(self) -> bool:
        """Whether entries have to be read to tell which fit; else an index tells."""
        return bool(self.text or self.attributes or self.duty or self.figure)

    @property
    def rows(self) -> int:
        """How many rows a page has."""
        return ROWS[self.density]


def read_query(kind: Kind, get: QueryDict) -> ListQuery:
    """Read the question from an address; what cannot be is passed over, so that old links still open."""
    known = {one.name for one in kind.attributes}
    wanted = {name: get.get(FILTER + name, "") for name in known if get.get(FILTER + name)}
    duty = next((one for one in kind.duties if one.id == get.get("duty")), None)
    figure = ledger_figures().get(get.get("figure", ""))
    density = get.get("density", "tight")
    sort = get.get("sort", "")
    columns = tuple(name for name in ",".join(get.getlist("cols")).split(",") if name in known or name in OWN_COLUMNS)
    return ListQuery(
        text=get.get("text", "").strip()[:60],
        area=get.get("area", ""),
        state=get.get("state", ""),
        trade=get.get("trade", ""),
        owner=get.get("owner", ""),
        attributes=wanted,
        duty=duty,
        who=get.get("who", "missing") if get.get("who") in WHO else "missing",
        figure=figure if figure and figure.of == kind.id else None,
        part="numerator" if get.get("part_of") == "numerator" else "denominator",
        group=get.get("group", ""),
        codes=tuple(get.getlist("code"))[:500],
        sort=sort if sort.lstrip("-") in known | set(OWN_COLUMNS) else "",
        page=_page(get.get("page", "1")),
        density=density if density in ROWS else "tight",
        columns=columns,
    )


def _page(text: str) -> int:
    return min(max(int(text), 1), MOST_PAGES) if text.isdecimal() and len(text) < 6 else 1


def filtered(sources: SourceQuerySet, kind: Kind, query: ListQuery, on: date) -> SourceQuerySet:
    """Return the entries that a question asks for; figures and duties bring their own conditions."""
    found = sources.of_kind(kind.id).current()
    if query.figure:
        found = _of_figure(query, sources, on)
    elif query.duty:
        asked = {"due": duties.due, "missing": duties.missing, "has": _having}[query.who]
        found = asked(kind, query.duty, sources, on)
    found = matching(found, query.text)
    if query.area:
        found = found.in_area(query.area)
    own = {"state": query.state, "trade_id": query.trade, "owner_id": query.owner}
    found = found.filter(**{name: value for name, value in own.items() if value})
    for name, value in (query.attributes or {}).items():
        attribute = kind.attribute(name)
        found = found.filter(_wanted(attribute, value)) if attribute else found
    return found.filter(code__in=query.codes) if query.codes else found


def _having(kind: Kind, duty: Duty, sources: SourceQuerySet, on: date) -> SourceQuerySet:
    return duties.due(kind, duty, sources, on).filter(duties.having(duty, on))


def _of_figure(query: ListQuery, sources: SourceQuerySet, on: date) -> SourceQuerySet:
    assert query.figure is not None
    make = figures.numerator if query.part == "numerator" else figures.base
    found = make(query.figure, sources, on)
    return found.filter(**{f"attributes__{query.figure.by}": query.group}) if query.group and query.figure.by else found


def _wanted(attribute: Attribute, value: str) -> Q:
    """The condition of one filter; flags and choices are told by the index, other attributes by reading entries."""
    by_index = attribute.type in ("flag", "choice", "choices")
    if value == "-":
        return ~(filled(attribute.name) if by_index else Q(attributes__has_key=attribute.name))
    if attribute.type == "flag":
        return having(attribute.name, value == "yes")
    if by_index and is_facet(value):
        return having(attribute.name, value)
    return Q(**{f"attributes__{attribute.name}": value})


def ordered(sources: SourceQuerySet, query: ListQuery) -> SourceQuerySet:
    """Return the entries in the order asked for; empty values stand last, and equal ones by code."""
    if not query.sort:
        return sources.order_by("code")
    name = query.sort.lstrip("-")
    fields = {"area": "area__order", "trade": "trade_id", "owner": "owner__name_zh"}
    field = name if name in OWN_COLUMNS else f"attributes__{name}"
    key = F(fields.get(name, field))
    order: OrderBy = key.desc(nulls_last=True) if query.sort.startswith("-") else key.asc(nulls_last=True)
    return sources.order_by(order, "code")


@dataclass(frozen=True)
class Column:
    """A column of the list: its name, heading, unit, whether it is a number, and its attribute if it is one."""

    name: str
    label: str
    unit: str = ""
    number: bool = False
    attribute: Attribute | None = None


def own_column(name: str) -> Column:
    """Return a column that every ledger has."""
    return Column(name, own_label(name))


def attribute_column(attribute: Attribute) -> Column:
    """Return the column of an attribute."""
    number = attribute.type in ("number", "integer")
    return Column(attribute.name, label(attribute), attribute.unit or "", number, attribute)


def every_column(kind: Kind) -> list[Column]:
    """Return all columns that a list may show."""
    return [*(own_column(name) for name in OWN_COLUMNS), *(attribute_column(one) for one in kind.attributes)]


def columns_of(kind: Kind, query: ListQuery) -> list[Column]:
    """Return the columns shown: those chosen, else name, street, state, trade and what the kind lists."""
    listed = ("name", "area", "state", *(one.name for one in kind.attributes if one.listed), "code")
    chosen = query.columns or listed
    return [column for name in chosen for column in every_column(kind) if column.name == name]


def conditions(kind: Kind, query: ListQuery) -> str:
    """Return in words what narrows a list, for an empty one."""
    said = [query.text, query.area, state_name(kind, query.state) if query.state else "", query.trade]
    for name, value in (query.attributes or {}).items():
        attribute = kind.attribute(name)
        said.append(f"{label(attribute)} {value}" if attribute else "")
    said += [label(query.duty)] if query.duty else []
    said += [label(query.figure)] if query.figure else []
    return " · ".join(part for part in said if part)
