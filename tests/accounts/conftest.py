"""People for the tests: one for each role."""

from collections.abc import Callable

import pytest
from django.test import Client

from lantian.apps.accounts.models import Organisation, Person, Post, Role

PASSWORD = "a long password 1"


@pytest.fixture
def person_in() -> Callable[[str], Person]:
    """Return a maker of people who hold one role; "nobody" holds none."""

    def make(role: str) -> Person:
        person = Person.objects.create_person(role, PASSWORD, name_zh="王守蓝", name_en="Wang Shoulan")
        office, _ = Organisation.objects.get_or_create(code="office", name_zh="区环保局", name_en="Environment Bureau")
        if role in Role.values:
            Post.objects.create(person=person, role=role, organisation=office)
        return person

    return make


@pytest.fixture
def client_of(person_in: Callable[[str], Person]) -> Callable[[str], Client]:
    """Return a maker of signed-in clients by role."""

    def make(role: str) -> Client:
        client = Client()
        client.force_login(person_in(role))
        return client

    return make
