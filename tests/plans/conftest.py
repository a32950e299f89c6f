"""A signed-in reader."""

from collections.abc import Callable

import pytest
from django.test import Client

from lantian.apps.accounts.models import Organisation, Person, Post


@pytest.fixture
def signed_in(db: None) -> Callable[..., Client]:
    """Return a maker of signed-in clients: ``signed_in("viewer")``."""

    def make(role: str) -> Client:
        person = Person.objects.create_person(role, None, name_zh="甲", name_en="A")
        office, _ = Organisation.objects.get_or_create(code="office", name_zh="区环保局", name_en="Bureau")
        Post.objects.create(person=person, role=role, organisation=office)
        client = Client()
        client.force_login(person)
        return client

    return make
