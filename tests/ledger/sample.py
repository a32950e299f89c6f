"""Entries and answers that the tests of the ledgers' pages share."""

import csv
import io
from typing import Any

from lantian.apps.ledger.kinds import kind
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.services import create_source
from lantian.apps.ledger.services.sources import Values
from tests.ledger.conftest import AT

SITE = "construction-site"


def site(name: str, street: int = 1, **attributes: Any) -> Source:
    facts: dict[str, Any] = {
        "stage": "structure",
        "area_m2": 28600.0,
        "builder": "中建一局",
        "developer": "金泰",
        "site_type": "building",
    }
    own = {"name": name, "area_id": f"11010500{street}", "state": "working", "address": f"{name}路 1 号",
           "longitude": round(116.35 + street * 0.1, 2), "latitude": 39.95}  # fmt: skip
    return create_source(kind(SITE), Values(own, {**facts, **attributes}), by=None, at=AT)


def add(of: str, name: str, state: str, street: int = 1, own: dict[str, Any] | None = None, **facts: Any) -> Source:
    values = {"name": name, "state": state, "area_id": f"11010500{street}", **(own or {})}
    return create_source(kind(of), Values(values, facts), by=None, at=AT)


def text(answer: Any) -> str:
    found = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(found.decode("utf-8-sig"))


def content(answer: Any) -> io.BytesIO:
    """Return a file that was sent in pieces."""
    return io.BytesIO(b"".join(answer.streaming_content))


def table(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text(answer))))
