"""Personal data are shown in part; the whole is asked for by name, by those who may, and on record."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client

from lantian.apps.accounts.masking import Unmasked, masked, resolvers
from lantian.apps.accounts.models import Organisation, Role
from lantian.apps.accounts.scope import scope_of
from lantian.apps.audit.models import Entry

pytestmark = pytest.mark.django_db
PATH = "/accounts/unmask/accounts.organisation/office/phone/"


@pytest.fixture
def registered() -> Iterator[None]:
    """The telephone of an organisation, for the duty desk alone."""

    def resolver(person: Any, key: str, name: str) -> Unmasked | None:
        found = Organisation.objects.filter(pk=key).first()
        if found is None or name != "phone" or Role.DUTY not in scope_of(person).roles:
            return None
        return Unmasked(found, found.phone)

    resolvers["accounts.organisation"] = resolver
    yield
    del resolvers["accounts.organisation"]


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        ("13800002207", "phone", "138****2207"),
        ("010-65092207", "phone", "010-****2207"),
        ("1234", "phone", "****"),
        ("11010519491231002X", "identity", "110105********002X"),
        ("1101054912310", "identity", "110105***2310"),  # a short one,
        ("王守蓝", "text", "王**"),
        ("王", "text", "王**"),
        ("lan@example.cn", "email", "l**@example.cn"),
        ("", "phone", ""),
        (None, "identity", ""),
    ],
)
def test_a_value_is_shown_in_part(value: str | None, kind: str, shown: str) -> None:
    assert masked(value, kind) == shown


def test_who_may_sees_the_whole_and_it_is_written_down(registered: None, client_of: Callable[[str], Client]) -> None:
    client = client_of("duty")
    Organisation.objects.update(phone="13800002207")
    answer = client.post(PATH, {"reason": "联系现场"})
    assert answer.content.decode() == "13800002207"
    entry = Entry.objects.get(verb="data.unmasked")
    assert (entry.actor_name, entry.subject_id) == ("duty", "office")
    assert entry.detail == {"field": "phone", "reason": "联系现场"}
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_value_that_takes_its_place_in_the_page_is_no_markup(
    registered: None, client_of: Callable[[str], Client]
) -> None:
    client = client_of("duty")
    Organisation.objects.update(phone="<b>1</b>")
    assert client.post(PATH, headers={"HX-Request": "true"}).content.decode() == "&lt;b&gt;1&lt;/b&gt;"


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("street", PATH, 404),
        ("duty", PATH.replace("phone", "name_zh"), 404),
        ("duty", PATH.replace("organisation", "area"), 404),
        ("audit-admin", PATH, 403),
        ("security-admin", PATH, 403),
    ],
)
def test_what_is_not_theirs_to_see_is_not_found(
    registered: None, client_of: Callable[[str], Client], role: str, path: str, status: int
) -> None:
    assert client_of(role).post(path).status_code == status
    assert not Entry.objects.filter(verb="data.unmasked").exists()


def test_a_masked_field_offers_the_whole() -> None:
    field = '{% masked_field phone "phone" "accounts.organisation" "office" "phone" %}'
    page = Template('{% load masking %}{{ "王守蓝"|masked }} ' + field).render(Context({"phone": "13800002207"}))
    assert "王**" in page
    assert "138****2207" in page
    assert "13800002207" not in page
    assert f'action="{PATH}"' in page
