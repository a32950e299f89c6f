"""What every test starts from: the reader's language, Chinese."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    """A request leaves its language active in the thread; no test hands it on to the next."""
    with translation.override("zh-hans"):
        yield
