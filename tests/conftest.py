"""What every test starts from: the reader's language, Chinese; and in CI the same examples each time."""

import gc
import os
from collections.abc import Iterator

import pytest
from django.utils import translation
from hypothesis import settings

# A shared machine may pause anywhere, so no example has a deadline; CI draws the same examples in every run.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_collection_finish() -> None:
    """Modules and collected tests stay to the end: the search for garbage need not walk them again and again."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish() -> None:
    """At its end a process gives everything back."""
    gc.unfreeze()


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    """A request leaves its language active in the thread; no test hands it on to the next."""
    with translation.override("zh-hans"):
        yield
