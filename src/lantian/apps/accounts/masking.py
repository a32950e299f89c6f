"""Personal data in part (脱敏): pages and exports show it masked; the whole is asked for by name, and that is audited.

An app that keeps personal data registers a resolver under its model's label; ``unmask`` asks it. The resolver decides
who may see what, and answers None to everybody else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from lantian.apps.audit.services import record

KINDS = ("phone", "identity", "email", "text")


def masked(value: str | None, kind: str) -> str:
    """Return a value with its middle hidden. kind: phone, identity, email, or text (such as a complainant's name).

    >>> masked("13800002207", "phone"), masked("010-65092207", "phone")
    ('138****2207', '010-****2207')
    >>> masked("11010519491231002X", "identity"), masked("王守蓝", "text"), masked("lan@example.cn", "email")
    ('110105********002X', '王**', 'l**@example.cn')
    """
    text = (value or "").strip()
    return _WAYS[kind](text) if text else ""


def _phone(text: str) -> str:
    return _middle(text, 4 if "-" in text else 3, 4)


def _identity(text: str) -> str:
    return _middle(text, 6, 4)


def _email(text: str) -> str:
    name, at, host = text.partition("@")
    return f"{name[:1]}**{at}{host}"


def _text(text: str) -> str:
    return f"{text[:1]}**"


def _middle(text: str, head: int, tail: int) -> str:
    """Hide what lies between; too short a text is hidden whole."""
    hidden = len(text) - head - tail
    return "*" * len(text) if hidden < 1 else f"{text[:head]}{'*' * hidden}{text[-tail:]}"


_WAYS: dict[str, Callable[[str], str]] = {"phone": _phone, "identity": _identity, "email": _email, "text": _text}


@dataclass(frozen=True)
class Unmasked:
    """A value in full, and what it belongs to."""

    subject: models.Model
    value: str


Resolver = Callable[[Any, str, str], Unmasked | None]
"""Given the reader, a primary key as text and a field's name: the value, or None when it is not theirs to see."""

resolvers: dict[str, Resolver] = {}
"""Hook: resolvers by model label in lower case, such as ``ledger.source``. Apps fill it in project/wiring.py."""


def unmask(person: Any, model: str, key: str, name: str, *, at: datetime, reason: str = "") -> str | None:
    """Return a field in full and write down who read it; None when there is none that the reader may see."""
    resolver = resolvers.get(model)
    found = resolver(person, key, name) if resolver else None
    if found is None:
        return None
    record("data.unmasked", subject=found.subject, actor=person, at=at, detail={"field": name, "reason": reason[:200]})
    return found.value
