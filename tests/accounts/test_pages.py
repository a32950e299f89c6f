"""Signing in, being kept out, and coming back."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lantian.apps.accounts.models import Person, Post, Role, SignInAttempt
from lantian.apps.accounts.services.sign_in import FAILURES_ALLOWED, LOCK, locked
from lantian.apps.audit.models import Entry
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db
SIGN_IN = "/accounts/sign-in/"
NOW = datetime(2020, 11, 23, 2, tzinfo=UTC)


def attempt(client: Client, password: str, address: str = SIGN_IN) -> int:
    return client.post(address, {"username": "duty", "password": password}).status_code


def test_a_stranger_is_led_to_the_sign_in_page(client: Client) -> None:
    answer = client.get("/system/components/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/accounts/sign-in/?next=/system/components/"


def test_the_right_password_leads_back_to_the_page_asked_for(
    client: Client, person_in: Callable[[str], Person]
) -> None:
    person_in("duty")
    form = {"username": "duty", "password": PASSWORD, "next": "/system/components/"}
    assert client.post(SIGN_IN, form).headers["Location"] == "/system/components/"
    assert client.get("/system/components/").status_code == 200


def test_nobody_is_led_to_another_site(client: Client, person_in: Callable[[str], Person]) -> None:
    person_in("duty")
    form = {"username": "duty", "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert client.post(SIGN_IN, form).headers["Location"] == "/"


def test_a_wrong_password_says_so_in_the_language_of_the_page_and_keeps_the_name(client: Client) -> None:
    form = {"username": "duty", "password": "wrong"}
    chinese = client.post(SIGN_IN, form, headers={"accept-language": "zh-CN"})
    english = client.post(SIGN_IN, form, headers={"accept-language": "en"})
    assert chinese.status_code == english.status_code == 422
    assert "登录名或口令不对" in chinese.content.decode()
    assert "Name or password is wrong" in english.content.decode()
    assert 'value="duty"' in chinese.content.decode()


def test_five_failures_lock_the_name_even_for_the_right_password(
    client: Client, person_in: Callable[[str], Person]
) -> None:
    person_in("duty")
    assert [attempt(client, "wrong") for _ in range(FAILURES_ALLOWED)] == [422] * FAILURES_ALLOWED
    assert attempt(client, PASSWORD) == 422
    assert locked("duty", datetime.now(UTC))


def test_the_lock_opens_after_a_quarter_of_an_hour() -> None:
    for minute in range(FAILURES_ALLOWED):
        SignInAttempt.objects.create(username="duty", at=NOW + timedelta(minutes=minute), succeeded=False)
    assert locked("duty", NOW + timedelta(minutes=5))
    assert not locked("duty", NOW + LOCK + timedelta(minutes=1))


def test_a_success_clears_the_failures_before_it() -> None:
    for minute, succeeded in enumerate([False, False, True, False, False]):
        SignInAttempt.objects.create(username="duty", at=NOW + timedelta(minutes=minute), succeeded=succeeded)
    assert not locked("duty", NOW + timedelta(minutes=6))


def test_signing_in_and_out_is_written_down(client: Client, person_in: Callable[[str], Person]) -> None:
    person_in("duty")
    attempt(client, "wrong")
    attempt(client, PASSWORD)
    client.post("/accounts/sign-out/")
    verbs = list(Entry.objects.values_list("verb", "actor_name"))
    assert verbs == [("person.sign-in-refused", "system"), ("person.signed-in", "duty"), ("person.signed-out", "duty")]
    assert client.get("/system/components/").status_code == 302


def test_passwords_are_kept_as_argon2(person_in: Callable[[str], Person]) -> None:
    assert person_in("duty").password.startswith("argon2$argon2id$")


def test_a_post_counts_only_while_it_is_held(person_in: Callable[[str], Person]) -> None:
    person = person_in("duty")
    Post.objects.filter(person=person).update(valid_to=date(2020, 1, 1))
    assert Person.objects.get(pk=person.pk).roles == frozenset()
    Post.objects.filter(person=person).update(valid_to=None)
    assert Person.objects.get(pk=person.pk).roles == {Role.DUTY}


def test_who_is_signed_in_and_their_posts_are_one_question(
    person_in: Callable[[str], Person], client_of: Callable[[str], Client]
) -> None:
    duty, nobody = client_of("duty"), client_of("nobody")
    person = Person.objects.get(username="duty")
    Post.objects.create(person=person, role=Role.BUREAU, organisation_id="office")
    Post.objects.create(person=person, role=Role.STREET, organisation_id="office", valid_to=date(2019, 1, 1))
    with CaptureQueriesContext(connection) as asked:
        answer = duty.get("/system/components/")
    shown = answer.context["request"].user
    assert sum("accounts_person" in one["sql"] or "accounts_post" in one["sql"] for one in asked) == 1
    assert (shown.username, shown.roles) == ("duty", {"duty", "bureau"})
    assert nobody.get("/system/components/").status_code == 403, "signed in, without a post"
    Person.objects.filter(pk=person.pk).update(is_active=False)
    assert duty.get("/system/components/").status_code == 302, "nobody is signed in any more"
