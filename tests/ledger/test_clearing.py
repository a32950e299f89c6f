"""A masked value stays when its field is left empty, and goes only by the tick beside it, on record."""

from collections.abc import Callable

import pytest
from django.test import Client

from lantian.apps.audit.models import Entry
from lantian.apps.ledger.models import Source
from tests.ledger.sample import SITE, site, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("district")]


def test_a_personal_fact_is_cleared_by_its_tick_alone(client_of: Callable[..., Client]) -> None:
    made = site("金泰里二期", contact="王守蓝", phone="13812342207")
    client, path = client_of("duty"), f"/ledgers/{SITE}/{made.code}/edit/"
    page = text(client.get(path))
    assert 'name="a.phone.clear"' in page
    assert 'name="a.builder.clear"' not in page

    def kept(**sent: str) -> object:
        client.post(path, {"version": str(Source.objects.get().version), "a.phone": "", **sent})
        return Source.objects.get().attributes.get("phone")

    assert kept() == "13812342207"
    assert kept(**{"a.phone": "13900002207", "a.phone.clear": "yes"}) == "13812342207"
    assert kept(**{"a.phone.clear": "yes"}) is None
    assert Source.objects.get().attributes["contact"] == "王守蓝"
    entry = Entry.objects.filter(verb="source.changed").latest("pk")
    assert (entry.detail["fields"], entry.detail["cleared"]) == (["attributes.phone"], ["attributes.phone"])
    assert 'name="a.phone.clear"' not in text(client.get(path))
