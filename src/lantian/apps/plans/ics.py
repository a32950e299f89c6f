"""Days of the plan as iCalendar (RFC 5545): one all-day event for each deadline, milestone, duty and activity."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from lantian.apps.plans.selectors.months import Item

FOLD = 75
"""Octets of a line before it is folded (section 3.1)."""


def feed(items: Iterable[Item], at: datetime, site: str, language: str) -> str:
    """Return a calendar; ``site`` is the address under which the items' own pages are."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Lantian//Plan//ZH", "CALSCALE:GREGORIAN"]
    for item in items:
        lines += _event(item, at, site, language)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _event(item: Item, at: datetime, site: str, language: str) -> list[str]:
    title = f"{item.name.in_language(language)} {item.label.in_language(language)}"
    note = " · ".join(part for part in (item.note.in_language(language), item.said.in_language(language)) if part)
    key = sha256(f"{item.sort} {item.url} {item.day} {item.label.zh}".encode()).hexdigest()[:24]
    return [
        "BEGIN:VEVENT",
        f"UID:{key}@lantian",
        f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{item.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{item.day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(title)}",
        f"DESCRIPTION:{_escaped(note)}",
        f"URL:{site.rstrip('/')}{item.url}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    """Write a text value (section 3.3.11).

    >>> _escaped("a, b; c")
    'a\\\\, b\\\\; c'
    """
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return "\\n".join(text.splitlines())


def _folded(line: str) -> Iterator[str]:
    """Break a line at 75 octets, never inside a character; what follows begins with a blank (section 3.1)."""
    part, size = "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > FOLD:
            yield part
            part, size = " ", 1
        part += letter
        size += octets
    yield part
