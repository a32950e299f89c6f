"""Components and number formats for templates; loaded in every template, ``{% load ui %}`` is not needed."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from zlib import crc32

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from lantian.apps.ui import formats
from lantian.apps.ui.components import AQI_NAMES, AQI_SIZES, LAMP_WORDS, Action, Choice, Clock, Computation, Table

register = template.Library()
MARK = 14


def _language() -> str:
    return get_language() or "zh-hans"


# Formats ------------------------------------------------------------------------------------------------------


@register.filter
def number(value: Any, places: int | None = None) -> str:
    """``{{ value|number:1 }}``: true minus, — when missing."""
    return formats.number(value, places)


@register.filter
def signed(value: Any, places: int | None = None) -> str:
    """``{{ change|signed:1 }}``: with its sign."""
    return formats.signed(value, places)


@register.filter
def percent(value: Any, places: int = 0) -> str:
    """``{{ share|percent:1 }}``: a share from 0 to 1 in percent, without the sign."""
    return formats.percent(value, places)


@register.filter
def day(moment: date | datetime | None) -> str:
    """``2020-11-23``, Beijing."""
    return formats.day(moment)


@register.filter
def month_day(moment: date | datetime | None) -> str:
    """``11-23``, Beijing."""
    return formats.month_day(moment)


@register.filter
def long_day(moment: date | datetime | None) -> str:
    """``2020年11月23日 周一`` or ``23 Nov 2020``."""
    return formats.long_day(moment, _language())


@register.filter
def instant(moment: datetime | None) -> str:
    """``2020-11-23 10:00``, Beijing."""
    return formats.instant(moment)


@register.filter
def minute(moment: datetime | None) -> str:
    """``10:00``, Beijing."""
    return formats.minute(moment)


@register.filter
def span(length: Any) -> str:
    """``2 时 24 分`` or ``2 h 24 m``: at most two units."""
    return formats.span(length, _language())


@register.filter
def words(text: Any) -> str:
    """Return a :class:`lantian.kernel.errors.Text` in the language of the page."""
    return str(text.in_language(_language()))


# Air ----------------------------------------------------------------------------------------------------------


@register.inclusion_tag("ui/components/aqi.html")
def aqi(value: int | None, level: int | None = None, name: str = "") -> dict[str, Any]:
    """``{% aqi 132 3 %}``: the number in ink, its mark and the level's name; — without colour when invalid."""
    return {"value": formats.number(value), "level": level or 0, "name": name or AQI_NAMES[level or 0]}


@register.inclusion_tag("ui/components/aqi_chip.html")
def aqi_chip(level: int | None, name: str = "") -> dict[str, Any]:
    """``{% aqi_chip 3 %}``: the level's name on its colour."""
    return {"level": level or 0, "name": name or AQI_NAMES[level or 0]}


@register.inclusion_tag("ui/components/aqi_mark.html")
def aqi_mark(level: int | None, label: str = "") -> dict[str, Any]:
    """``{% aqi_mark 3 %}``: a square whose size grows with the level, for calendars and keys."""
    side = AQI_SIZES[level or 0] * (MARK - 1)
    return {
        "level": level or 0,
        "label": label or AQI_NAMES[level or 0],
        "cell": MARK,
        "at": round((MARK - side) / 2, 2),
        "side": round(side, 2),
    }


# Duty ---------------------------------------------------------------------------------------------------------


@register.inclusion_tag("ui/components/lamp.html")
def lamp(letter: str, word: str = "", kind: str = "word") -> dict[str, Any]:
    """``{% lamp "y" %}``: shape and word; kind is ``word``, ``box`` or ``shape`` (word for screen readers only)."""
    return {"letter": letter, "word": word or LAMP_WORDS[letter], "kind": kind, "said": LAMP_WORDS[letter]}


@register.inclusion_tag("ui/components/clock.html")
def clock(given: Clock, now: datetime) -> dict[str, Any]:
    """``{% clock step.clock as_of.now %}``: the four parts of a countdown and its track."""
    share = given.share(now)
    return {
        "clock": given,
        "lamp": given.lamp(now),
        "word": LAMP_WORDS[given.lamp(now)],
        "left": formats.span(given.left(now), _language()),
        "elapsed": round(share * 100, 1),
        "warn": round(given.warn_share * 100, 1),
    }


# Figures and where they come from ---------------------------------------------------------------------------


@register.inclusion_tag("ui/components/figure.html")
def figure(
    value: Any,
    unit: str = "",
    period: str = "",
    validity: str = "",
    places: int | None = None,
    how: Computation | None = None,
    how_url: str = "",
    size: str = "n1",
    label: str = "",
    stale: str = "",
    interval: str = "",
) -> dict[str, Any]:
    """A number with label, unit, period and validity; ``how`` or ``how_url`` opens its computation.

    size: n3 the one figure of a page, n2 of a card, n1 in a row of figures. stale: the age of an old value.
    """
    text = value if isinstance(value, str) else formats.number(value, places)
    return {
        "text": text,
        "unit": unit,
        "period": period,
        "validity": validity,
        "how": how,
        "how_url": how_url,
        "size": size,
        "label": label,
        "stale": stale,
        "interval": interval,
        "popover": _popover_id(text, unit, period, label, how, how_url),
    }


@register.inclusion_tag("ui/components/how.html")
def how(computation: Computation | None = None, url: str = "", label: str = "") -> dict[str, Any]:
    """``{% how computation %}``: the link 如何算出 and its popover; ``url`` fetches it when opened."""
    return {"how": computation, "how_url": url, "label": label, "popover": _popover_id(label, computation, url)}


def _popover_id(*parts: object) -> str:
    """Return an id that is the same on every rendering of the same figure."""
    return f"how-{crc32(repr(parts).encode()):08x}"


@register.inclusion_tag("ui/components/provenance.html")
def provenance(
    method: str = "",
    validity: str = "",
    snapshot: str = "",
    how: Computation | None = None,
    how_url: str = "",
    note: str = "",
) -> dict[str, Any]:
    """The last line of a card: method, validity, snapshot, and 如何算出."""
    parts = [part for part in (method, validity, note) if part]
    return {"parts": parts, "snapshot": snapshot, "how": how, "how_url": how_url}


@register.inclusion_tag("ui/components/cite.html")
def cite(place: str, url: str = "") -> dict[str, Any]:
    """``{% cite "第十一条" %}``: where a rule is written."""
    return {"place": place, "url": url}


# Boxes and controls -----------------------------------------------------------------------------------------


@register.simple_block_tag
def card(
    content: str, title: str, note: str = "", classes: str = "", links: Sequence[Action] = (), anchor: str = ""
) -> SafeString:
    """``{% card title=_("年目标") note="≤ 52 µg/m³" %}…{% endcard %}``; the content brings ``.body`` and provenance."""
    return render_to_string(
        "ui/components/card.html",
        {"content": content, "title": title, "note": note, "classes": classes, "links": links, "anchor": anchor},
    )


@register.inclusion_tag("ui/components/seg.html", takes_context=True)
def seg(
    context: dict[str, Any], parameter: str, choices: Sequence[Choice], current: str, label: str = "", small: str = ""
) -> dict[str, Any]:
    """A row of choices as links that set one parameter of the address and keep the others."""
    return {"options": _options(context, parameter, choices, current), "label": label, "small": small}


@register.inclusion_tag("ui/components/tabs.html", takes_context=True)
def tabs(
    context: dict[str, Any], parameter: str, choices: Sequence[Choice], current: str, label: str = ""
) -> dict[str, Any]:
    """The same as quiet links in a card's title line."""
    return {"options": _options(context, parameter, choices, current), "label": label}


def _options(context: dict[str, Any], parameter: str, choices: Sequence[Choice], current: str) -> list[dict[str, Any]]:
    request = context["request"]

    def address(value: str) -> str:
        query = request.GET.copy()
        query[parameter] = value
        return f"{request.path}?{query.urlencode()}"

    return [{"label": c.label, "url": address(c.value), "on": c.value == current} for c in choices]


@register.inclusion_tag("ui/components/select.html")
def select(name: str, choices: Sequence[Choice], current: str, label: str) -> dict[str, Any]:
    """A field with its name inside: 街乡 全部."""
    return {"name": name, "choices": choices, "current": current, "label": label}


@register.inclusion_tag("ui/components/table.html")
def table(data: Table, density: str = "") -> dict[str, Any]:
    """A plain table from a :class:`lantian.apps.ui.components.Table`."""
    return {"table": data, "density": density}


@register.simple_tag(takes_context=True)
def at(context: dict[str, Any], url: str, **parameters: Any) -> str:
    """``{% at "/air/evaluation/" year=2020 %}``: an address that keeps the moment of the page in replay."""
    moment = context.get("as_of")
    kept = moment.query.removeprefix("?") if moment else ""
    query = "&".join(part for part in (kept, urlencode(parameters)) if part)
    return f"{url}?{query}" if query else url


# States -----------------------------------------------------------------------------------------------------


@register.inclusion_tag("ui/components/empty.html")
def empty(title: str, conditions: str = "", action: Action | None = None) -> dict[str, Any]:
    """Nothing to show: which conditions emptied it, and the one step that helps."""
    return {"title": title, "conditions": conditions, "action": action}


@register.inclusion_tag("ui/components/loading.html")
def loading(rows: int = 5) -> dict[str, Any]:
    """Rows to come; seen only after 300 ms."""
    return {"rows": range(rows)}


@register.inclusion_tag("ui/components/error.html")
def error(title: str, cause: str = "", number: str = "", retry: str = "") -> dict[str, Any]:
    """Number, cause and what to do."""
    return {"title": title, "cause": cause, "number": number, "retry": retry}


@register.inclusion_tag("ui/components/stale.html")
def stale(age: Any, reason: str = "") -> dict[str, Any]:
    """The old value stays, with its age; it counts in nothing."""
    return {"age": formats.span(age, _language()), "reason": reason}


@register.inclusion_tag("ui/components/no_right.html")
def no_right(roles: Sequence[Any]) -> dict[str, Any]:
    """Which posts may."""
    return {"roles": [getattr(role, "label", role) for role in roles]}


@register.inclusion_tag("ui/components/sample.html")
def sample(text: str = "") -> dict[str, Any]:
    """Sample or synthetic data says so on the page."""
    return {"text": text}


@register.filter
def nth(items: Sequence[Any], index: int) -> Any:
    """Return one item of a sequence."""
    return items[index]
