"""The second factor (动态口令): codes by time (TOTP, RFC 6238), and recovery codes for a lost telephone.

The secret is stored encrypted: XOR with HMAC-SHA-512 of a fresh nonce under a key derived from the installation's
secret key, then signed. That guards a stolen copy of the database, not one stolen together with the secret key.
"""

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from datetime import datetime
from typing import Any

import pyotp
import segno
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from lantian.apps.accounts.models import Person, RecoveryCode
from lantian.apps.audit.services import record
from lantian.kernel.errors import LantianError, Text

STEP_S = 30
CODES = 10
_SALT = "lantian.second-factor"
_NONCE = 16


class CodeRefused(LantianError):
    """A code that does not fit, or was used already."""


def sealed(secret: str) -> str:
    """Return a secret as it is stored."""
    nonce = secrets.token_bytes(_NONCE)
    return signing.Signer(salt=_SALT).sign(b64encode(nonce + _mixed(secret.encode(), nonce)).decode())


def opened(stored: str) -> str:
    """Return a stored secret; raises CodeRefused where it was damaged or the installation has another key."""
    try:
        raw = b64decode(signing.Signer(salt=_SALT).unsign(stored))
    except signing.BadSignature:
        raise CodeRefused(
            Text(
                "动态口令密钥无法读取，请安全管理员重置。",
                "The second factor cannot be read; ask the security administrator.",
            )
        ) from None
    return _mixed(raw[_NONCE:], raw[:_NONCE]).decode()


def _mixed(data: bytes, nonce: bytes) -> bytes:
    key = hashlib.sha256(f"{_SALT}:{settings.SECRET_KEY}".encode()).digest()
    pad = hmac.new(key, nonce, hashlib.sha512).digest()
    return bytes(one ^ two for one, two in zip(data, pad, strict=False))


def new_secret() -> str:
    """Return a fresh secret of 160 bits, in base 32."""
    return pyotp.random_base32()


def picture(person: Person, secret: str) -> str:
    """Return the QR code that an authenticator app reads, as the address of an image (SVG in a data URI)."""
    address = pyotp.TOTP(secret).provisioning_uri(name=person.username, issuer_name="Lantian")
    return segno.make(address, error="m").svg_data_uri(scale=5, dark="#000", light="#fff")


@transaction.atomic
def confirm(person: Person, secret: str, code: str, *, at: datetime) -> list[str]:
    """Switch the second factor on once a first code fits; returns the recovery codes, shown only now."""
    step = _step_of(secret, code, at)
    if step is None:
        raise CodeRefused(Text("动态口令不对，请核对手机时间。", "The code does not fit; check the telephone's clock."))
    person.totp_secret, person.totp_confirmed_at, person.totp_last_step = sealed(secret), at, step
    person.save(update_fields=["totp_secret", "totp_confirmed_at", "totp_last_step"])
    record("person.factor-on", subject=person, actor=person, at=at)
    return _new_codes(person)


@transaction.atomic
def check(person: Person, code: str, *, at: datetime) -> None:
    """Accept a code once: by time, or a recovery code; raises CodeRefused. A step that was used is refused again."""
    found = Person.objects.select_for_update().get(pk=person.pk)
    step = _step_of(opened(found.totp_secret), code, at)
    if step is not None and step > found.totp_last_step:
        Person.objects.filter(pk=person.pk).update(totp_last_step=step)
        return
    if step is not None:
        raise CodeRefused(Text("此动态口令已用过，请等下一个。", "This code was used already; wait for the next one."))
    if not _use_recovery(found, code, at):
        raise CodeRefused(Text("动态口令不对。", "The code does not fit."))


@transaction.atomic
def switch_off(person: Person, *, by: Any, at: datetime) -> None:
    """Take the second factor away: one's own, or by the security administrator when it was lost."""
    person.totp_secret, person.totp_confirmed_at, person.totp_last_step = "", None, 0
    person.save(update_fields=["totp_secret", "totp_confirmed_at", "totp_last_step"])
    RecoveryCode.objects.filter(person=person).delete()
    record("person.factor-off", subject=person, actor=by, at=at)


def _step_of(secret: str, code: str, at: datetime) -> int | None:
    """Return the step whose code was given: this one, or the one before or after."""
    generator, now = pyotp.TOTP(secret), int(at.timestamp()) // STEP_S
    given = "".join(code.split())
    fitting = [step for step in (now - 1, now, now + 1) if constant_time_compare(generator.generate_otp(step), given)]
    return max(fitting, default=None)


def _new_codes(person: Person) -> list[str]:
    RecoveryCode.objects.filter(person=person).delete()
    codes = ["-".join((secrets.token_hex(5), secrets.token_hex(5))) for _ in range(CODES)]
    RecoveryCode.objects.bulk_create([RecoveryCode(person=person, hash=_hash(person, code)) for code in codes])
    return codes


def _hash(person: Person, code: str) -> str:
    """80 random bits need no slow hash; the key keeps a stolen table from being tried."""
    return salted_hmac(f"{_SALT}:{person.pk}", code.strip().lower(), algorithm="sha256").hexdigest()


def _use_recovery(person: Person, code: str, at: datetime) -> bool:
    used = RecoveryCode.objects.filter(person=person, hash=_hash(person, code), used_at=None).update(used_at=at)
    if used:
        record("person.recovery-code-used", subject=person, actor=person, at=at)
    return bool(used)
