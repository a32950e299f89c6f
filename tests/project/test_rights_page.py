"""The page of rights says what the code does; every model that has rows of its own gives strangers none."""

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models

from lantian.apps.accounts.models import Person
from lantian.project.rights_page import PAGE, page, rule_of

GUARDED = [one for one in apps.get_models() if hasattr(one._default_manager.all(), "visible_to")]


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m lantian.project.rights_page"


@pytest.mark.parametrize("model", GUARDED, ids=lambda model: model._meta.label)
def test_every_rule_is_told_in_words(model: type[models.Model]) -> None:
    assert rule_of(model)


@pytest.mark.django_db
@pytest.mark.parametrize("model", GUARDED, ids=lambda model: model._meta.label)
def test_strangers_and_closed_accounts_see_no_rows(model: type[models.Model]) -> None:
    closed = Person.objects.create(username="closed", is_active=False)
    for reader in (AnonymousUser(), closed):
        wanted = model._default_manager.all().visible_to(reader)  # type: ignore[attr-defined]
        assert not wanted.exists()
