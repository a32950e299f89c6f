"""Telephone and identity numbers are stored sealed: a copied database does not reveal them, and keys may change."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import FieldError
from django.db import connection

from lantian.apps.accounts.models import Person

pytestmark = pytest.mark.django_db
PHONE, IDENTITY = "13800002207", "11010519491231002X"


@pytest.fixture
def wang() -> Person:
    person = Person.objects.create_person("wang", None, name_zh="王守蓝")
    person.phone, person.identity = PHONE, IDENTITY
    person.save()
    return person


def stored(person: Person) -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone, identity FROM accounts_person WHERE id = %s", [person.pk])
        found: tuple[str, str] = cursor.fetchone()
    return found


def read(person: Person) -> tuple[str, str]:
    again = Person.objects.get(pk=person.pk)
    return again.phone, again.identity


def test_what_is_stored_does_not_hold_the_number_and_what_is_read_does(wang: Person) -> None:
    assert read(wang) == (PHONE, IDENTITY)
    assert all(one.startswith("sealed:") for one in stored(wang))
    assert not any(PHONE in one or IDENTITY in one for one in stored(wang))
    first = stored(wang)
    Person.objects.get(pk=wang.pk).save()
    assert stored(wang)[0] != first[0]  # the same number is sealed differently each time


def test_an_empty_number_stays_empty() -> None:
    bare = Person.objects.create_person("bare", None, name_zh="无")
    assert (stored(bare), read(bare)) == (("", ""), ("", ""))


def test_a_former_key_opens_while_it_is_kept_and_a_write_seals_under_the_new_one(wang: Person, settings: Any) -> None:
    former = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-key-of-the-installation-0123456789", [former]
    assert read(wang) == (PHONE, IDENTITY)
    Person.objects.get(pk=wang.pk).save()
    settings.SECRET_KEY_FALLBACKS = []
    assert read(wang) == (PHONE, IDENTITY)


def test_without_its_key_a_number_is_not_shown_and_not_lost(wang: Person, settings: Any) -> None:
    former, before = settings.SECRET_KEY, stored(wang)
    settings.SECRET_KEY = "another-key-of-the-installation-0123456789"
    assert read(wang) == ("", "")
    Person.objects.get(pk=wang.pk).save()
    assert stored(wang) == before
    settings.SECRET_KEY = former
    assert read(wang) == (PHONE, IDENTITY)


def test_a_sealed_number_cannot_be_looked_up(wang: Person) -> None:
    with pytest.raises(FieldError, match="cannot be looked up"):
        Person.objects.filter(phone=PHONE).exists()


def test_numbers_stored_before_are_read_and_sealed_by_the_migration(wang: Person) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_person SET phone = %s, identity = %s", [PHONE, IDENTITY])
    assert read(wang) == (PHONE, IDENTITY)
    import_module("lantian.apps.accounts.migrations.0006_sealed_people").seal(apps, None)
    assert all(one.startswith("sealed:") for one in stored(wang))
    assert read(wang) == (PHONE, IDENTITY)
