"""Facets: what a filter by attributes reads, kept in step with the attributes by every way of storing."""

from datetime import UTC, datetime
from typing import Any

import pytest

from lantian.apps.ledger.kinds import kinds
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.models.facets import facets_of, filled, having, is_facet

AT = datetime(2026, 11, 26, tzinfo=UTC)


def entry(code: str, **attributes: Any) -> Source:
    return Source(
        kind="restaurant", code=code, name=code, state="open", attributes=attributes, created_at=AT, changed_at=AT
    )


def test_flags_ids_and_lists_of_ids_are_kept_and_texts_and_personal_values_are_not() -> None:
    kept = facets_of(
        {"b": ["x", "y"], "a": True, "c": False, "phone": "13800000000", "n": 3.5, "t": "望京街", "s": "3"}
    )
    assert kept == "|a=yes|b=x|b=y|c=no|s=3|"
    assert facets_of({}) == ""


def test_every_choice_of_the_pack_can_be_filtered_by() -> None:
    every = kinds().values()
    choices = [choice.id for kind in every for one in kind.attributes for choice in one.choices]
    assert len(choices) > 100
    assert [one for one in choices if not is_facet(one)] == []


@pytest.mark.django_db
def test_each_way_of_storing_an_entry_keeps_its_facets() -> None:
    one = entry("R1", scale="large", purifier=False)
    one.save()
    Source.objects.bulk_create([entry("R2", scale="large", purifier=True), entry("R3", scale="small")])
    assert _codes(having("scale", "large")) == ["R1", "R2"]
    assert _codes(having("scale", "large") & having("purifier", False)) == ["R1"]
    assert _codes(~filled("purifier")) == ["R3"]
    one.attributes = {"scale": "small"}
    one.save()
    assert _codes(having("scale", "small")) == ["R1", "R3"]


@pytest.mark.django_db
def test_a_name_or_value_is_not_taken_for_another_that_begins_or_ends_with_it() -> None:
    Source.objects.bulk_create([entry("R1", scale="large"), entry("R2", rescale="large"), entry("R3", scale="larger")])
    assert _codes(having("scale", "large")) == ["R1"]


@pytest.mark.django_db
def test_entries_of_one_cell_of_the_map_have_one_number() -> None:
    for code, east, north in (("R1", 116.4501, 39.9001), ("R2", 116.4502, 39.9002), ("R3", 116.4601, 39.9001)):
        one = entry(code)
        one.longitude, one.latitude = east, north
        one.save()
    cells = dict(Source.objects.values_list("code", "cell"))
    assert cells["R1"] == cells["R2"] != cells["R3"]


def _codes(condition: Any) -> list[str]:
    return list(Source.objects.filter(condition).order_by("code").values_list("code", flat=True))
