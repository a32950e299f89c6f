"""Entries of a ledger: made, changed with history, moved along their states, merged, seen by whom they concern."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from lantian.apps.accounts.models import Person
from lantian.apps.audit.services import verify_chain
from lantian.apps.ledger.kinds import NoSuchKind, kind, kinds
from lantian.apps.ledger.models import ChangeNotice, Source, Subscription
from lantian.apps.ledger.services import (
    Conflict,
    SourceProblems,
    change_source,
    create_source,
    merge_sources,
    move_source,
)
from lantian.apps.ledger.services.sources import Values
from tests.ledger.conftest import AT

SITE = "construction-site"
LATER = AT + timedelta(hours=1)


def site(name: str = "金泰里二期", by: Any = None, **own: Any) -> Source:
    values = Values({"name": name, **own}, {"stage": "earthwork", "area_m2": 28600.0, "builder": "中建一局"})
    return create_source(kind(SITE), values, by=by, at=AT)


@pytest.mark.django_db
@pytest.mark.usefixtures("district")
def test_an_entry_gets_a_code_a_trade_a_state_and_its_first_line_of_history() -> None:
    made = site()
    assert (made.code, made.trade_id, made.state, made.version) == ("GD000001", "housing", "planned", 1)
    assert site("另一处").code == "GD000002"
    first = made.changes.get()
    assert (first.kind, first.fields["attributes.stage"]) == ("created", [None, "earthwork"])
    assert verify_chain() == 2


@pytest.mark.django_db
def test_a_change_keeps_who_when_why_and_each_field_before_and_after(person: Callable[..., Person]) -> None:
    officer = person("bureau", "housing")
    made = site()
    change = change_source(
        made,
        Values({"address": "垡头街道金蝉西路18号"}, {"stage": "structure"}),
        version=1,
        by=officer,
        at=LATER,
        reason="月度核实",
    )
    assert change is not None
    assert change.fields == {"address": ["", "垡头街道金蝉西路18号"], "attributes.stage": ["earthwork", "structure"]}
    assert (change.by, change.at, change.reason, change.version) == (officer, LATER, "月度核实", 2)
    again = change_source(made, Values({}, {"stage": "structure"}), version=2, by=officer, at=LATER)
    assert again is None


@pytest.mark.django_db
def test_two_people_on_one_field_the_second_sees_what_changed(person: Callable[..., Person]) -> None:
    one, two = person("bureau", "housing"), person("duty")
    made = site()
    change_source(made, Values({}, {"stage": "structure"}), version=1, by=one, at=LATER)
    with pytest.raises(Conflict) as conflict:
        change_source(made, Values({}, {"stage": "finishing"}), version=1, by=two, at=LATER)
    assert conflict.value.changes[0].fields == {"attributes.stage": ["earthwork", "structure"]}
    joined = change_source(made, Values({}, {"area_m2": 30000.0}), version=1, by=two, at=LATER)
    assert joined is not None
    assert Source.objects.get(pk=made.pk).attributes["stage"] == "structure"


@pytest.mark.django_db
@pytest.mark.usefixtures("district")
def test_states_change_only_along_the_moves_of_the_kind_and_with_a_reason_where_one_is_asked() -> None:
    made = site()
    with pytest.raises(SourceProblems, match="cannot become"):
        move_source(made, "finished", by=None, at=LATER)
    move_source(made, "working", by=None, at=LATER)
    with pytest.raises(SourceProblems, match="give a reason"):
        move_source(made, "paused", by=None, at=LATER)
    move_source(made, "paused", by=None, at=LATER, reason="责令停工")
    assert Source.objects.get(pk=made.pk).state == "paused"


@pytest.mark.django_db
@pytest.mark.usefixtures("district")
def test_a_code_belongs_to_one_entry_and_a_name_is_required() -> None:
    made = site(code="GD-A")
    with pytest.raises(SourceProblems) as error:
        create_source(kind(SITE), Values({"name": " ", "code": made.code}), by=None, at=AT)
    assert set(error.value.problems) == {"name", "code"}


@pytest.mark.django_db
@pytest.mark.usefixtures("district")
def test_merging_keeps_what_only_the_doubled_entry_knew_and_both_histories() -> None:
    kept, doubled = site(), site("金泰里二期（重复）", address="金蝉西路18号")
    change_source(doubled, Values({}, {"developer": "金泰置业"}), version=1, by=None, at=LATER)
    merge_sources(kept, Source.objects.get(pk=doubled.pk), by=None, at=LATER, reason="同一工地")
    kept.refresh_from_db()
    assert (kept.address, kept.attributes["developer"], kept.name) == ("金蝉西路18号", "金泰置业", "金泰里二期")
    assert Source.objects.current().count() == 1
    with pytest.raises(SourceProblems):
        merge_sources(kept, kept, by=None, at=LATER, reason="x")


@pytest.mark.django_db
def test_the_departments_that_the_pack_names_and_those_that_subscribed_are_told_but_not_the_author(
    person: Callable[..., Person],
) -> None:
    author = person("bureau", "food-drug")
    Subscription.objects.create(kind="restaurant", organisation_id="urban-management", fields=["attributes.purifier"])
    made = create_source(kind("restaurant"), Values({"name": "某酒楼"}, {"scale": "large"}), by=author, at=AT)
    told = ChangeNotice.objects.filter(change__source=made).values_list("organisation_id", flat=True)
    assert set(told) == {"environment", "urban-enforcement"}
    change_source(made, Values({}, {"purifier": True}), version=1, by=author, at=LATER)
    told = ChangeNotice.objects.filter(change__version=2).values_list("organisation_id", flat=True)
    assert set(told) == {"environment", "urban-enforcement", "urban-management"}


@pytest.mark.django_db
def test_everybody_sees_what_their_posts_cover(person: Callable[..., Person]) -> None:
    here = site("一街工地", area_id="110105001")
    there = site("二街工地", area_id="110105002", owner_id="firm")
    seen = {
        name: set(Source.objects.visible_to(who).values_list("name", flat=True))
        for name, who in {
            "duty": person("duty"),
            "bureau": person("bureau", "housing"),
            "street": person("street", "office-1"),
            "enterprise": person("enterprise", "firm"),
            "audit": person("audit-admin"),
            "nobody": None,
        }.items()
    }
    both = {here.name, there.name}
    assert seen == {
        "duty": both,
        "bureau": both,
        "street": {here.name},
        "enterprise": {there.name},
        "audit": set(),
        "nobody": set(),
    }


def test_an_unknown_ledger_is_named() -> None:
    with pytest.raises(NoSuchKind, match="no-such"):
        kind("no-such")
    assert len(kinds()) >= 27
