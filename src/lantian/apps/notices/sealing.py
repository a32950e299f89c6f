"""Secrets of channels as they are stored (密封): unreadable in a copied database, not where the key is copied with it.

XOR with HMAC-SHA-512 of a fresh nonce and a counter, under a key derived from the installation's secret key; signed.
"""

import hashlib
import hmac
import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping

from django.conf import settings
from django.core import signing

from lantian.kernel.errors import LantianError, Text

_SALT = "lantian.notices"
_NONCE = 16


class SealBroken(LantianError):
    """A secret that was damaged, or sealed under another key."""

    def __init__(self) -> None:
        super().__init__(
            Text("渠道密钥无法读取，请重新填写。", "The channel's secrets cannot be read; write them again.")
        )


def seal(values: Mapping[str, str]) -> str:
    """Return secrets as they are stored."""
    nonce = secrets.token_bytes(_NONCE)
    mixed = _mixed(json.dumps(dict(values)).encode(), nonce)
    return signing.Signer(salt=_SALT).sign(b64encode(nonce + mixed).decode())


def unseal(stored: str) -> dict[str, str]:
    """Return stored secrets; raises SealBroken."""
    if not stored:
        return {}
    try:
        raw = b64decode(signing.Signer(salt=_SALT).unsign(stored))
    except signing.BadSignature:
        raise SealBroken from None
    found: dict[str, str] = json.loads(_mixed(raw[_NONCE:], raw[:_NONCE]))
    return found


def _mixed(data: bytes, nonce: bytes) -> bytes:
    key = hashlib.sha256(f"{_SALT}:{settings.SECRET_KEY}".encode()).digest()
    blocks = range(len(data) // hashlib.sha512().digest_size + 1)
    pad = b"".join(hmac.new(key, nonce + block.to_bytes(4, "big"), hashlib.sha512).digest() for block in blocks)
    return bytes(one ^ two for one, two in zip(data, pad, strict=False))
