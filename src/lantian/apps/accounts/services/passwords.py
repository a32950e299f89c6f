"""Passwords (口令): long and mixed enough, not used lately, not too old; a temporary one must be changed at once."""

import secrets
import string
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from lantian.apps.accounts.models import OpenSession, PastPassword, Person, SecurityRules
from lantian.apps.accounts.services.sessions import end_sessions
from lantian.apps.audit.services import record
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.plurals import counted

TEMPORARY_GROUPS = 4
"""A temporary password: so many groups of four characters, without those that look alike: 4 × 4 × 5 bits."""
_PLAIN = "abcdefghjkmnpqrstuvwxyz23456789"


class PasswordRefused(LantianError):
    """A password that the rules do not allow, or a current one that is wrong."""


def classes_in(password: str) -> int:
    """Count the classes of characters: small letters, capitals, digits, everything else.

    >>> classes_in("blue sky 2020"), classes_in("蓝天Blue2020")
    (3, 4)
    """
    kinds = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
    known = "".join(kinds)
    return sum(any(one in kind for one in password) for kind in kinds) + any(one not in known for one in password)


def check_new(person: Person, password: str, rules: SecurityRules) -> None:
    """Raise PasswordRefused with the first rule that a password breaks."""
    if len(password) < rules.min_length:
        raise PasswordRefused(
            Text(
                f"口令至少 {rules.min_length} 个字符，现为 {len(password)} 个。",
                f"A password needs at least {counted(rules.min_length, 'character')}; this has {len(password)}.",
            )
        )
    if classes_in(password) < rules.classes:
        raise PasswordRefused(
            Text(
                f"口令须含小写、大写、数字、其他字符中的至少 {rules.classes} 类，现有 {classes_in(password)} 类。",
                f"A password needs at least {rules.classes} of: small letters, capitals, digits, other characters; "
                f"this has {classes_in(password)}.",
            )
        )
    _check_common(person, password)
    past = PastPassword.objects.filter(person_id=person.pk).values_list("hash", flat=True)[: rules.remember]
    if any(check_password(password, used) for used in {*past, person.password} if used):
        raise PasswordRefused(
            Text(
                f"不能与最近 {rules.remember} 个口令相同。",
                f"It must differ from the last {counted(rules.remember, 'password')}.",
            )
        )


def _check_common(person: Person, password: str) -> None:
    try:
        validate_password(password, person)
    except ValidationError:
        raise PasswordRefused(
            Text(
                "口令过于常见，或与登录名、姓名相似。",
                "The password is too common, or too like the sign-in or real name.",
            )
        ) from None


@transaction.atomic
def change_password(person: Person, *, current: str, new: str, at: datetime) -> None:
    """Change one's own password; other browsers are signed out. Raises PasswordRefused."""
    if not check_password(current, person.password):
        record("person.password-refused", subject=person, actor=person, at=at)
        raise PasswordRefused(Text("当前口令不对。", "The current password is wrong."))
    check_new(person, new, SecurityRules.now())
    _store(person, new, at=at, temporary=False)
    record("person.password-changed", subject=person, actor=person, at=at)


@transaction.atomic
def reset_password(person: Person, *, by: Any, at: datetime) -> str:
    """Give a temporary password, which must be changed at the next sign-in; all browsers are signed out."""
    made = temporary_password()
    _store(person, made, at=at, temporary=True)
    end_sessions(OpenSession.objects.filter(person=person), by=by, at=at, reason="password")
    record("person.password-reset", subject=person, actor=by, at=at)
    return made


def temporary_password() -> str:
    """Return a random password that is easy to read out."""
    return "-".join("".join(secrets.choice(_PLAIN) for _ in range(4)) for _ in range(TEMPORARY_GROUPS))


def is_old(person: Person, rules: SecurityRules, at: datetime) -> bool:
    """Tell whether a password has been in use too long; a demonstration's follows from its key and does not age."""
    since = person.password_changed_at
    return since is not None and not person.demo and at - since > timedelta(days=rules.max_age_days)


def _store(person: Person, new: str, *, at: datetime, temporary: bool) -> None:
    if person.has_usable_password():
        PastPassword.objects.create(person=person, hash=person.password, at=at)
    person.set_password(new)
    person.password_changed_at, person.must_change_password = at, temporary
    person.save(update_fields=["password", "password_changed_at", "must_change_password"])
