"""Passwords, sessions and the second factor, through the pages that people use."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from django.test import Client

from lantian.apps.accounts.models import (
    OpenSession,
    PastPassword,
    Person,
    RecoveryCode,
    SecurityRules,
    SignInAttempt,
)
from lantian.apps.accounts.services import second_factor
from lantian.apps.accounts.services.passwords import PasswordRefused, check_new
from lantian.apps.audit.models import Entry
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db
SIGN_IN, CODE, MINE = "/accounts/sign-in/", "/accounts/code/", "/accounts/sessions/"
PAGE = "/system/components/"
GOOD = "Blue-Sky-2020"
NOW = datetime(2020, 11, 23, 2, tzinfo=UTC)
Make = Callable[[str], Person]


def enter(name: str = "duty", password: str = PASSWORD) -> Client:
    client = Client()
    client.post(SIGN_IN, {"username": name, "password": password})
    return client


def is_in(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def change(client: Client, new: str, current: str = PASSWORD) -> int:
    return client.post("/accounts/password/", {"current": current, "new": new, "again": new}).status_code


# passwords --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("Blue-Sky-", "10 characters"),
        ("blueskyblue", "this has 1"),
        ("bluesky2020", "this has 2"),
        ("Password123", "too common"),
    ],
)
def test_a_password_that_the_rules_do_not_allow_is_refused_with_the_rule(
    person_in: Make, password: str, says: str
) -> None:
    with pytest.raises(PasswordRefused, match=says):
        check_new(person_in("duty"), password, SecurityRules())


def test_the_last_five_passwords_are_not_used_again(person_in: Make) -> None:
    person, client, current = person_in("duty"), enter(), PASSWORD
    words = [f"Blue-Sky-202{number}" for number in range(6)]
    for word in words:
        assert change(client, word, current) == 302
        current = word
    assert change(client, words[1], current) == 422
    assert change(client, words[5], current) == 422
    assert PastPassword.objects.filter(person=person).count() == 6
    assert change(client, PASSWORD.title().replace(" ", "-"), current) == 302


def test_the_current_password_is_asked_for_and_both_new_ones_must_agree(person_in: Make) -> None:
    person_in("duty")
    client = enter()
    assert change(client, GOOD, "wrong") == 422
    form = {"current": PASSWORD, "new": GOOD, "again": GOOD + "x"}
    assert client.post("/accounts/password/", form).status_code == 422
    assert is_in(enter())


def test_changing_the_password_signs_the_other_browsers_out_and_keeps_this_one(person_in: Make) -> None:
    person_in("duty")
    here, there = enter(), enter()
    assert change(here, GOOD) == 302
    assert is_in(here)
    assert not is_in(there)
    assert OpenSession.objects.count() == 1


def test_a_temporary_password_must_be_changed_before_any_other_page_opens(person_in: Make) -> None:
    person = person_in("duty")
    Person.objects.filter(pk=person.pk).update(must_change_password=True)
    client = enter()
    assert client.get(PAGE).headers["Location"] == "/accounts/password/"
    partly = client.get(PAGE, headers={"HX-Request": "true"})
    assert partly.headers["HX-Redirect"] == "/accounts/password/"
    assert client.post("/areas.geojson").status_code == 302
    assert change(client, GOOD) == 302
    assert is_in(client)


@pytest.mark.parametrize(("days", "owed"), [(89, False), (91, True)])
def test_a_password_lasts_ninety_days(person_in: Make, days: int, owed: bool) -> None:
    person = person_in("duty")
    since = datetime.now(UTC) - timedelta(days=days)
    Person.objects.filter(pk=person.pk).update(password_changed_at=since)
    assert is_in(enter()) is not owed


# sessions ----------------------------------------------------------------------------------------------------------


def test_a_fourth_session_ends_the_oldest(person_in: Make) -> None:
    person_in("duty")
    clients = [enter() for _ in range(4)]
    assert [is_in(client) for client in clients] == [False, True, True, True]
    assert Entry.objects.filter(verb="session.ended", detail__reason="limit").count() == 1


def test_half_an_hour_without_a_hand_ends_a_session_and_leads_back_afterwards(person_in: Make) -> None:
    person_in("duty")
    client = enter()
    rest(client, minutes=29)
    assert is_in(client)
    rest(client, minutes=31)
    answer = client.get(PAGE)
    assert answer.headers["Location"] == f"/accounts/sign-in/?next={PAGE}"
    assert not is_in(client)
    assert Entry.objects.filter(verb="person.signed-out", detail__reason="idle").count() == 1


def test_what_a_page_fetches_by_itself_is_no_hand(person_in: Make) -> None:
    person_in("duty")
    client = enter()
    rest(client, minutes=20)
    assert client.get(PAGE, headers={"Sec-Fetch-Dest": "empty"}).status_code == 200
    rest(client, minutes=11)
    assert not is_in(client)


def test_the_wall_stays_though_nobody_touches_it(person_in: Make) -> None:
    person_in("duty")
    client = enter()
    rest(client, minutes=61)
    assert client.get("/wall/").status_code == 200
    assert is_in(client)


def rest(client: Client, *, minutes: int) -> None:
    """Let a session lie for so long more."""
    session = client.session
    session["seen"] -= minutes * 60
    session.save()


def test_one_sees_ones_sessions_and_ends_one_or_all(person_in: Make) -> None:
    person_in("duty")
    here, there, third = enter(), enter(), enter()
    there_row = OpenSession.objects.get(session_key=there.session.session_key)
    page = here.get(MINE).content.decode()
    assert page.count("127.0.0.1") == 3
    here.post(MINE, {"session": there_row.pk})
    assert (is_in(here), is_in(there), is_in(third)) == (True, False, True)
    here.post(MINE, {"all": "1"})
    assert (is_in(here), is_in(third)) == (False, False)
    assert not OpenSession.objects.exists()


def test_nobody_ends_anothers_session(person_in: Make) -> None:
    person_in("duty")
    person_in("viewer")
    other, own = enter("viewer"), enter()
    own.post(MINE, {"session": OpenSession.objects.get(person__username="viewer").pk})
    assert is_in(other)


# second factor -----------------------------------------------------------------------------------------------------


def with_factor(person: Person, at: datetime) -> tuple[str, list[str]]:
    """Switch a person's second factor on an hour before; returns the secret and the recovery codes."""
    secret = second_factor.new_secret()
    before = at - timedelta(hours=1)
    return secret, second_factor.confirm(person, secret, pyotp.TOTP(secret).at(before), at=before)


def test_the_code_of_rfc_6238_is_accepted_within_a_step_and_never_twice(person_in: Make) -> None:
    # RFC 6238, appendix B: the secret 12345678901234567890 gives …081804 at 1111111109 s and …050471 at 1111111111 s.
    person = person_in("duty")
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    second_factor.confirm(person, secret, "081804", at=datetime.fromtimestamp(1111111109, UTC))
    person.refresh_from_db()
    with pytest.raises(second_factor.CodeRefused, match="used already"):
        second_factor.check(person, "081804", at=datetime.fromtimestamp(1111111111, UTC))
    second_factor.check(person, "050471", at=datetime.fromtimestamp(1111111111, UTC))
    with pytest.raises(second_factor.CodeRefused, match="used already"):
        second_factor.check(person, "050471", at=datetime.fromtimestamp(1111111120, UTC))
    with pytest.raises(second_factor.CodeRefused, match="does not fit"):
        second_factor.check(person, "050471", at=datetime.fromtimestamp(1111111111 + 300, UTC))


def test_the_secret_is_stored_so_that_the_database_alone_does_not_tell_it(person_in: Make, settings: object) -> None:
    person = person_in("duty")
    secret, codes = with_factor(person, NOW)
    assert secret not in person.totp_secret
    assert second_factor.opened(person.totp_secret) == secret
    assert second_factor.sealed(secret) != second_factor.sealed(secret)
    assert not {row.hash for row in RecoveryCode.objects.all()} & set(codes)
    settings.SECRET_KEY = "another installation"  # type: ignore[attr-defined]
    with pytest.raises(second_factor.CodeRefused):
        second_factor.opened(person.totp_secret)


def test_the_password_alone_does_not_sign_in_where_a_code_is_asked_for(person_in: Make) -> None:
    secret, _ = with_factor(person_in("duty"), datetime.now(UTC))
    client = Client()
    answer = client.post(SIGN_IN, {"username": "duty", "password": PASSWORD, "next": PAGE})
    assert answer.headers["Location"] == f"{CODE}?next=%2Fsystem%2Fcomponents%2F"
    assert not is_in(client)
    wrong = client.post(CODE, {"code": "000000", "next": PAGE})
    assert wrong.status_code == 422
    right = client.post(CODE, {"code": pyotp.TOTP(secret).now(), "next": PAGE})
    assert right.headers["Location"] == PAGE
    assert is_in(client)


def test_wrong_codes_lock_the_name(person_in: Make) -> None:
    secret, _ = with_factor(person_in("duty"), datetime.now(UTC))
    client = enter()
    for _attempt in range(5):
        assert client.post(CODE, {"code": "000000"}).status_code == 422
    assert client.post(CODE, {"code": pyotp.TOTP(secret).now()}).status_code == 422
    assert SignInAttempt.objects.filter(succeeded=False).count() == 5


def test_a_recovery_code_works_once(person_in: Make) -> None:
    _, codes = with_factor(person_in("duty"), datetime.now(UTC))
    assert len(set(codes)) == 10
    first = enter()
    assert first.post(CODE, {"code": codes[0].upper()}).status_code == 302
    assert is_in(first)
    assert enter().post(CODE, {"code": codes[0]}).status_code == 422


def test_the_code_page_opens_only_after_a_password(client: Client) -> None:
    assert client.get(CODE).headers["Location"] == SIGN_IN
    assert client.post(CODE, {"code": "000000"}).status_code == 422


def test_a_post_may_need_a_second_factor_and_sets_it_up_first(person_in: Make) -> None:
    person_in("duty")
    SecurityRules.objects.create(pk=1, factor_roles=["duty"])
    client = enter()
    assert client.get(PAGE).headers["Location"] == "/accounts/factor/"
    page = client.get("/accounts/factor/").content.decode()
    assert "data:image/svg+xml" in page
    secret = re.search(r'class="code">([A-Z2-7]{32})<', page)
    assert secret is not None
    assert client.post("/accounts/factor/", {"code": "000000"}).status_code == 422
    done = client.post("/accounts/factor/", {"code": pyotp.TOTP(secret[1]).now()})
    assert done.content.decode().count("<li>") >= 10
    assert is_in(client)


def test_the_second_factor_is_switched_off_by_a_code(person_in: Make) -> None:
    person = person_in("duty")
    _, codes = with_factor(person, datetime.now(UTC))
    client = enter()
    client.post(CODE, {"code": codes[0]})
    assert client.post("/accounts/factor/", {"code": codes[0]}).status_code == 422
    assert client.post("/accounts/factor/", {"code": codes[1]}).status_code == 302
    person.refresh_from_db()
    assert (person.totp_secret, person.totp_confirmed_at) == ("", None)


def test_djangos_pages_to_change_a_password_and_sign_out_are_ours(person_in: Make) -> None:
    person_in("system-admin")
    client = enter("system-admin")
    assert client.get("/system/admin/password_change/").headers["Location"] == "/accounts/password/"
    client.post("/system/admin/logout/")
    assert not OpenSession.objects.exists()
    assert Entry.objects.filter(verb="person.signed-out").count() == 1
