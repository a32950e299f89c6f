"""The audit log can be added to and proved, never rewritten."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from lantian.apps.accounts.models import Person
from lantian.apps.audit.models import GENESIS, AuditError, Entry
from lantian.apps.audit.services import record, verify_chain

pytestmark = pytest.mark.django_db
NOW = datetime(2020, 11, 23, 2, tzinfo=UTC)


def three() -> list[Entry]:
    person = Person.objects.create_person("duty", None, name_zh="王守蓝")
    return [record(f"thing.{verb}", subject=person, actor=person, at=NOW, detail={"n": 1}) for verb in "abc"]


def test_each_entry_carries_the_hash_of_the_one_before() -> None:
    first, second, third = three()
    assert [first.previous_hash, second.previous_hash, third.previous_hash] == [GENESIS, first.hash, second.hash]
    assert verify_chain() == 3


def test_entries_about_a_subject_are_found() -> None:
    entries = three()
    assert list(Entry.objects.about(Person.objects.get())) == entries


def test_an_entry_cannot_be_saved_again_or_deleted() -> None:
    entry = three()[0]
    for attempt in (entry.save, entry.delete, Entry.objects.all().delete, lambda: Entry.objects.update(verb="x")):
        with pytest.raises(AuditError):
            attempt()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE audit_entry SET verb = 'thing.x' WHERE id = %s",
        "UPDATE audit_entry SET detail = '{}' WHERE id = %s",
        "DELETE FROM audit_entry WHERE id = %s",
    ],
)
def test_an_entry_changed_behind_our_back_is_found(damage: str) -> None:
    entry = three()[1]
    with connection.cursor() as cursor:
        cursor.execute(damage, [entry.pk])
    with pytest.raises(AuditError, match="does not fit the one before"):
        verify_chain()
