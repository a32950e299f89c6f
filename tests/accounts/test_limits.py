"""A limit for what is open to all: counted together, per address and thing, forgotten when its time is over."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache

from lantian.apps.accounts.models import Asked
from lantian.apps.accounts.services.limits import too_many

pytestmark = pytest.mark.django_db
NOW = datetime(2020, 11, 23, 2, tzinfo=UTC)


def asked(what: str = "check", address: str = "10.0.0.1", seconds_on: int = 0) -> bool:
    return too_many(what, address, 3, 60, now=NOW + timedelta(seconds=seconds_on))


def test_the_fourth_in_a_minute_is_too_many_for_one_address_and_one_thing() -> None:
    assert [asked() for _ in range(5)] == [False, False, False, True, True]
    assert not asked(address="10.0.0.2")
    assert not asked(what="other")
    assert asked(seconds_on=59)
    assert not asked(seconds_on=60)


def test_the_count_is_kept_where_all_processes_see_it_and_without_the_address() -> None:
    assert [asked() for _ in range(3)] == [False] * 3
    cache.clear()  # what one process remembers makes no difference
    assert asked()
    assert "10.0.0.1" not in str(Asked.objects.get().key)


def test_what_is_over_is_forgotten() -> None:
    for number in range(5):
        asked(address=f"10.0.1.{number}")
    asked(address="10.0.2.1", seconds_on=61)
    assert Asked.objects.count() == 1
