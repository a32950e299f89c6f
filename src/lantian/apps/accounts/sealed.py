"""Fields that a copied database does not reveal (加密存储): Fernet under keys derived from the installation's secret.

Values that were sealed under a former key open while it stands in ``SECRET_KEY_FALLBACKS``; each write seals anew under
the present one. Such a field cannot be looked up: the same value is sealed differently each time.
"""

from base64 import urlsafe_b64encode
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models
from django.utils.encoding import force_bytes

MARK = "sealed:"
"""What a sealed value begins with; one without it was stored before values were sealed."""
_PURPOSE = b"lantian.people"


class Unreadable(str):
    """An empty text in place of a value that no key opens; written back, it leaves what is stored."""

    stored: str

    def __new__(cls, stored: str) -> "Unreadable":
        found = super().__new__(cls, "")
        found.stored = stored
        return found


class SealedField(models.TextField):  # type: ignore[type-arg]
    """A text that is stored sealed; an empty one stays empty."""

    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> str | None:
        """Open a stored value."""
        if not value or not value.startswith(MARK):
            return value
        try:
            return _fernet().decrypt(value.removeprefix(MARK).encode()).decode()
        except InvalidToken:
            return Unreadable(value)

    def get_prep_value(self, value: Any) -> Any:
        """Seal a value to be stored."""
        if isinstance(value, Unreadable):
            return value.stored
        text = super().get_prep_value(value)
        return MARK + _fernet().encrypt(str(text).encode()).decode() if text else text

    def get_lookup(self, lookup_name: str) -> Any:
        """Refuse to look values up; whether there is one may be asked."""
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.name} is sealed and cannot be looked up")


def _fernet() -> MultiFernet:
    return _of((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=4)
def _of(keys: tuple[str | bytes, ...]) -> MultiFernet:
    derived = (HKDF(SHA256(), 32, salt=None, info=_PURPOSE).derive(force_bytes(key)) for key in keys)
    return MultiFernet([Fernet(urlsafe_b64encode(one)) for one in derived])
