"""Signing in, being kept out, and coming back."""

import pytest
from django.test import Client

from lantian.apps.accounts.models import Organisation, Person, Post, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> Person:
    person = Person.objects.create_person("officer", "a long password 1", name_zh="王守蓝", name_en="Wang Shoulan")
    office = Organisation.objects.create(code="office", name_zh="区蓝天办", name_en="Blue Sky Office")
    Post.objects.create(person=person, role=Role.DUTY, organisation=office)
    return person


def test_a_stranger_is_led_to_the_sign_in_page(client: Client) -> None:
    answer = client.get("/system/components/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/accounts/sign-in/?next=/system/components/"


def test_the_right_password_leads_back_to_the_page_asked_for(client: Client, officer: Person) -> None:
    answer = client.post(
        "/accounts/sign-in/?next=/system/components/", {"username": "officer", "password": "a long password 1"}
    )
    assert answer.headers["Location"] == "/system/components/"
    assert client.get("/system/components/").status_code == 200
