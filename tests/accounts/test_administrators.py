"""Three administrators: one keeps people, one keeps sign-ins safe, one reads the log; none does another's work."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib import admin
from django.test import Client

from lantian.apps.accounts.models import (
    OpenSession,
    Organisation,
    Person,
    PostRequest,
    SecurityRules,
    SignInAttempt,
)
from lantian.apps.accounts.services import security
from lantian.apps.accounts.services.sign_in import locked
from lantian.apps.audit.models import Entry
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db
Clients = Callable[[str], Client]
THREE = ("system-admin", "security-admin", "audit-admin")
WORK = {
    "system-admin": (
        "/system/people/", "/system/people/new/", "/system/people/import/", "/system/people/export.xlsx",
        "/system/organisations/", "/system/areas/", "/system/admin/",
    ),
    "security-admin": ("/system/security/", "/system/security/people/", "/system/security/requests/"),
    "audit-admin": ("/system/audit/", "/system/audit/export.csv", "/system/audit/anchors/"),
}  # fmt: skip
RULES = {
    "min_length": "12", "classes": "3", "remember": "5", "max_age_days": "60", "idle_minutes": "20", "sessions": "2",
    "failures": "4", "lock_minutes": "30", "factor_roles": ["system-admin"],
}  # fmt: skip


@pytest.mark.parametrize("role", THREE)
def test_each_opens_its_own_pages_and_none_of_the_others(client_of: Clients, role: str) -> None:
    client = client_of(role)
    found = {path: client.get(path).status_code for paths in WORK.values() for path in paths}
    assert found == {path: 200 if owner == role else 403 for owner, paths in WORK.items() for path in paths}


@pytest.mark.parametrize("role", [*THREE, "duty", "enterprise"])
def test_each_changes_its_own_and_nothing_of_the_others(client_of: Clients, role: str) -> None:
    client, target = client_of(role), Person.objects.create_person("target", None, name_zh="甲")
    posts = {
        f"/system/people/{target.pk}/posts/": "system-admin",
        f"/system/people/{target.pk}/edit/": "system-admin",
        f"/system/security/people/{target.pk}/unlock/": "security-admin",
        f"/system/security/people/{target.pk}/password/": "security-admin",
        "/system/security/requests/": "security-admin",
        "/system/audit/verify/": "audit-admin",
    }
    refused = {path for path in posts if client.post(path, {"request": "0"}).status_code == 403}
    assert refused == {path for path, owner in posts.items() if owner != role}


def test_the_administration_pages_show_nothing_of_the_audit_log(client_of: Clients) -> None:
    client_of("system-admin")
    person = Person.objects.get()
    assert not person.has_perm("audit.view_entry")
    assert person.has_perm("accounts.view_area")


def test_djangos_own_pages_reach_no_account_post_rule_or_entry() -> None:
    labels = {model._meta.label for model in admin.site._registry}
    guarded = {"Person", "Post", "PostRequest", "SecurityRules", "OpenSession", "RecoveryCode", "SignInAttempt"}
    assert not labels & {f"accounts.{name}" for name in guarded}
    assert not any(label.startswith("audit.") for label in labels)


def test_an_administrators_post_waits_for_a_second_person(client_of: Clients) -> None:
    system, guard = client_of("system-admin"), client_of("security-admin")
    new = Person.objects.create_person("new", None, name_zh="新审计员")
    system.post(f"/system/people/{new.pk}/posts/", {"role": "audit-admin", "organisation": "office"})
    assert not new.posts.exists()
    asked = PostRequest.objects.get()
    assert "新审计员" in guard.get("/system/security/requests/").content.decode()
    guard.post("/system/security/requests/", {"request": asked.pk, "verdict": "approve", "reason": "已核对任命"})
    assert new.roles == {"audit-admin"}
    verbs = list(Entry.objects.filter(verb__startswith="post.").values_list("verb", "actor_name"))
    assert verbs == [("post.asked", "system-admin"), ("post.decided", "security-admin")]


def test_a_refused_request_gives_no_post_and_is_not_decided_twice(client_of: Clients) -> None:
    system, guard = client_of("system-admin"), client_of("security-admin")
    new = Person.objects.create_person("new", None, name_zh="甲")
    system.post(f"/system/people/{new.pk}/posts/", {"role": "system-admin", "organisation": "office"})
    asked = PostRequest.objects.get()
    for verdict in ("refuse", "approve"):
        guard.post("/system/security/requests/", {"request": asked.pk, "verdict": verdict})
    assert not new.posts.exists()


def test_whoever_asked_or_gains_cannot_approve() -> None:
    office = Organisation.objects.create(code="office", name_zh="办")
    one, two = (Person.objects.create_person(name, None, name_zh=name) for name in ("one", "two"))
    asked = PostRequest(person=two, role="audit-admin", organisation=office)
    now = datetime.now(UTC)
    security.ask_for_post(asked, by=one, at=now)
    for by in (one, two):
        with pytest.raises(security.RequestRefused, match="cannot decide"):
            security.decide_request(asked, approved=True, reason="", by=by, at=now)


def test_nobody_holds_two_kinds_of_administration(client_of: Clients) -> None:
    client = client_of("system-admin")
    client_of("security-admin")
    guard = Person.objects.get(username="security-admin")
    answer = client.post(f"/system/people/{guard.pk}/posts/", {"role": "audit-admin", "organisation": "office"})
    assert answer.status_code == 422
    assert "不能由一人兼任" in answer.content.decode()
    assert not PostRequest.objects.exists()


def test_the_security_administrator_changes_the_rules_within_their_bounds(client_of: Clients) -> None:
    client = client_of("security-admin")
    assert client.post("/system/security/", RULES).status_code == 302
    rules = SecurityRules.now()
    assert (rules.min_length, rules.sessions, rules.factor_roles) == (12, 2, ["system-admin"])
    entry = Entry.objects.get(verb="security.rules-changed")
    assert entry.detail["min_length"] == [10, 12]
    assert client.post("/system/security/", RULES | {"min_length": "4"}).status_code == 422
    assert client.post("/system/security/", RULES | {"failures": "100"}).status_code == 422
    assert SecurityRules.now().min_length == 12


def test_a_locked_name_is_unlocked_and_a_forgotten_password_replaced(client_of: Clients) -> None:
    guard = client_of("security-admin")
    client_of("duty")
    person, now = Person.objects.get(username="duty"), datetime.now(UTC)
    for number in range(5):
        SignInAttempt.objects.create(username="duty", at=now - timedelta(seconds=number), succeeded=False)
    assert "已锁定" in guard.get("/system/security/people/").content.decode()
    guard.post(f"/system/security/people/{person.pk}/unlock/")
    assert not locked("duty", datetime.now(UTC))
    page = guard.post(f"/system/security/people/{person.pk}/password/").content.decode()
    temporary = page.split('<td class="code">')[2].split("<")[0]
    assert len(temporary) == 19
    other = Client()
    assert other.post("/accounts/sign-in/", {"username": "duty", "password": PASSWORD}).status_code == 422
    other.post("/accounts/sign-in/", {"username": "duty", "password": temporary})
    assert other.get("/").headers["Location"] == "/accounts/password/"


def test_the_security_administrator_ends_sessions_and_takes_a_lost_factor_away(client_of: Clients) -> None:
    guard = client_of("security-admin")
    client_of("duty")
    person, other = Person.objects.get(username="duty"), Client()
    other.post("/accounts/sign-in/", {"username": "duty", "password": PASSWORD})
    guard.post(f"/system/security/people/{person.pk}/end/")
    assert not OpenSession.objects.exists()
    assert other.get("/").status_code == 302
    Person.objects.filter(pk=person.pk).update(totp_secret="x", totp_confirmed_at=datetime.now(UTC))
    guard.post(f"/system/security/people/{person.pk}/factor/")
    person.refresh_from_db()
    assert person.totp_confirmed_at is None
    assert guard.post(f"/system/security/people/{person.pk}/else/").status_code == 404


def test_nobody_resets_their_own_sign_in_here(client_of: Clients) -> None:
    guard = client_of("security-admin")
    own = Person.objects.get()
    guard.post(f"/system/security/people/{own.pk}/password/")
    assert own.check_password(PASSWORD)
    assert Person.objects.get().check_password(PASSWORD)
