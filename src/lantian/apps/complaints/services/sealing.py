"""Sealing (加密封存): who reported is kept as AES-256-GCM ciphertext, by well-known parts and nothing of our own.

The cipher is that of Parquet modular encryption (``AES_GCM_V1``, the footer encrypted too) as pyarrow carries it out
with OpenSSL. Every record has a data key of its own, drawn by HKDF-SHA256 (RFC 5869) from a key of the ring and a
random salt, and is bound to what it belongs to: under another complaint's name it does not open.

The ring is ``LANTIAN_REPORTER_KEYS``, else the file ``reporter-keys`` of the data folder: one ``ID:KEY`` a line, the
newest first. New records take the first; all others open what was sealed before.
"""

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from pyarrow.parquet import encryption

from lantian.apps.complaints.services.errors import SealError
from lantian.kernel.errors import Text

SALT = 32
FILE = "reporter-keys"
_BLOCK = 256
"""Plain texts are filled up to multiples of it, so that the length of a name does not show."""
_PURPOSE = b"lantian complaint reporter v1"


@dataclass(frozen=True)
class Sealed:
    """A sealed text: the id of its key, and salt and ciphertext."""

    key: str
    content: bytes


@dataclass(frozen=True)
class Key:
    """A key of the ring."""

    id: str
    secret: bytes


def ring() -> tuple[Key, ...]:
    """Return the keys, the newest first; the first process that needs one makes it."""
    written = str(settings.REPORTER_KEYS) or _file().read_text(encoding="ascii")
    return tuple(_key(line) for line in written.replace(",", "\n").splitlines() if line.strip())


def _key(line: str) -> Key:
    name, _, secret = line.strip().partition(":")
    return Key(name, bytes.fromhex(secret))


def _file() -> Path:
    path = Path(settings.DATA_DIR) / FILE
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(_fresh("1"))
    return path


def _fresh(name: str) -> str:
    return f"{name}:{secrets.token_hex(32)}\n"


def add_key() -> Key:
    """Put a new key before the others of the file; raises SealError where the ring is a setting."""
    if settings.REPORTER_KEYS:
        raise SealError(
            Text(
                "密钥由 LANTIAN_REPORTER_KEYS 给出：请把新密钥写在最前并重启，再执行一次。",
                "The keys are given by LANTIAN_REPORTER_KEYS: write the new one first, restart, and run this again.",
            )
        )
    path, known = _file(), {key.id for key in ring()}
    name = str(next(number for number in range(1, 10_000) if str(number) not in known))
    part = path.with_suffix(".part")
    part.touch(mode=0o600)
    part.write_text(_fresh(name) + path.read_text(encoding="ascii"), encoding="ascii")
    part.replace(path)
    return ring()[0]


def drop_keys(used: frozenset[str]) -> list[str]:
    """Take the keys out of the file that seal nothing any more and are not the first; return their ids."""
    if settings.REPORTER_KEYS:
        return []
    path, keys = _file(), ring()
    kept = [key for place, key in enumerate(keys) if place == 0 or key.id in used]
    part = path.with_suffix(".part")
    part.touch(mode=0o600)
    part.write_text("".join(f"{key.id}:{key.secret.hex()}\n" for key in kept), encoding="ascii")
    part.replace(path)
    return [key.id for key in keys if key not in kept]


def hkdf(secret: bytes, salt: bytes, purpose: bytes) -> bytes:
    """Return a key of 32 bytes: extract and one block of expand (RFC 5869, sections 2.2 and 2.3, with SHA-256)."""
    extracted = hmac.new(salt, secret, hashlib.sha256).digest()
    return hmac.new(extracted, purpose + b"\x01", hashlib.sha256).digest()


def seal(plain: bytes, bound_to: str) -> Sealed:
    """Seal with the newest key what belongs to ``bound_to``."""
    key, salt = ring()[0], secrets.token_bytes(SALT)
    filled = len(plain).to_bytes(4, "big") + plain
    filled += bytes(-len(filled) % _BLOCK)
    locked = encryption.create_encryption_properties(
        hkdf(key.secret, salt, _PURPOSE), aad_prefix=bound_to.encode(), store_aad_prefix=False
    )
    sink = pa.BufferOutputStream()
    pq.write_table(
        pa.table({"sealed": pa.array([filled], pa.binary())}), sink, encryption_properties=locked,
        compression="none", use_dictionary=False, write_statistics=False,
    )  # fmt: skip
    return Sealed(key.id, salt + sink.getvalue().to_pybytes())


def unseal(sealed: Sealed, bound_to: str) -> bytes:
    """Open what was sealed for ``bound_to``; raises SealError when it was changed or its key is not in the ring."""
    key = next((one for one in ring() if one.id == sealed.key), None)
    if key is None:
        raise SealError(Text(f"缺少密钥“{sealed.key}”。", f"The key {sealed.key!r} is not in the ring."))
    salt, cipher = sealed.content[:SALT], sealed.content[SALT:]
    opened = encryption.create_decryption_properties(
        hkdf(key.secret, salt, _PURPOSE), aad_prefix=bound_to.encode(), allow_plaintext_files=False
    )
    try:
        table = pq.ParquetFile(pa.BufferReader(cipher), decryption_properties=opened).read()
    except (OSError, pa.ArrowException) as error:
        raise SealError(
            Text("封存的内容已被改动或不属于此处。", "What was sealed was changed, or does not belong here.")
        ) from error
    filled = bytes(table.column("sealed")[0].as_py())
    return filled[4 : 4 + int.from_bytes(filled[:4], "big")]
