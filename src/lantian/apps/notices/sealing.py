"""Secrets of channels as they are stored (密封): unreadable in a copied database, not where the key is copied with it.

Fernet (AES-128-CBC with HMAC-SHA-256) under keys that HKDF-SHA-256 derives from the installation's secret key; secrets
that were sealed under a former one open while it stands among the fallbacks.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes

from lantian.kernel.errors import LantianError, Text

_PURPOSE = b"lantian.notices"


class SealBroken(LantianError):
    """A secret that was damaged, or sealed under another key."""

    def __init__(self) -> None:
        super().__init__(
            Text("渠道密钥无法读取，请重新填写。", "The channel's secrets cannot be read; write them again.")
        )


def seal(values: Mapping[str, str]) -> str:
    """Return secrets as they are stored."""
    return _fernet().encrypt(json.dumps(dict(values)).encode()).decode()


def unseal(stored: str) -> dict[str, str]:
    """Return stored secrets; raises SealBroken."""
    if not stored:
        return {}
    try:
        found: dict[str, str] = json.loads(_fernet().decrypt(stored.encode()))
    except InvalidToken:
        raise SealBroken from None
    return found


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(_key(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str | bytes) -> bytes:
    return urlsafe_b64encode(HKDF(SHA256(), 32, salt=None, info=_PURPOSE).derive(force_bytes(secret)))
