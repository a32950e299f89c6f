"""A signed-in reader."""

import pytest
from django.test import Client

from lantian.apps.accounts.models import Organisation, Person, Post, Role


@pytest.fixture
def reader(db: None) -> Client:
    """Return the client of a person with a reading post."""
    person = Person.objects.create_person("reader", None, name_zh="王守蓝", name_en="Wang Shoulan")
    office = Organisation.objects.create(code="office", name_zh="区环保局", name_en="Environment Bureau")
    Post.objects.create(person=person, role=Role.VIEWER, organisation=office)
    client = Client()
    client.force_login(person)
    return client
