"""Party and government alike, from the district to the community, and departments by trade (article 25)."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from lantian.apps.accounts.models import Area, Organisation, Person, Post
from lantian.apps.accounts.responsibility import tree
from lantian.apps.accounts.services.geography import sync_pack
from lantian.policy.reader import load_pack

pytestmark = pytest.mark.django_db
NOW = datetime(2020, 11, 23, 2, tzinfo=UTC)


@pytest.fixture
def filled() -> None:
    sync_pack(load_pack("cn-110105-2018"), at=NOW)
    Area.objects.create(code="110105001001", name_zh="永安里社区", kind="community", parent_id="110105001")
    office = Organisation.objects.get(area="110105001", kind="street_office").pk
    government = Organisation.objects.filter(kind="government").order_by("pk")[0].pk
    for name, role, organisation, area, head, title in (
        ("赵书记", "street", office, None, "party", "党工委书记"),
        ("钱主任", "street", office, None, "government", "办事处主任"),
        ("孙网格", "community", office, "110105001001", "", ""),
        ("李区长", "viewer", government, None, "government", "区长"),
        ("周已免", "street", office, None, "party", "前任"),
    ):
        person = Person.objects.create_person(name, None, name_zh=name)
        Post.objects.create(
            person=person, role=role, organisation_id=organisation, area_id=area, head=head, title=title,
            valid_to=date(2019, 1, 1) if name == "周已免" else None,
        )  # fmt: skip


@pytest.mark.row("S38")
def test_the_tree_names_who_is_responsible_from_district_to_community_and_by_trade(
    client_of: Callable[[str], Client], filled: None
) -> None:
    page = client_of("duty").get("/system/responsibility/").content.decode()
    for word in ("李区长", "赵书记", "党工委书记", "钱主任", "永安里社区", "孙网格", "43 个街乡，42 个未登记齐"):
        assert word in page
    assert "周已免" not in page
    assert page.index("钱主任") < page.index("孙网格")
    departments = page[page.index("行业主管部门") :]
    assert "施工工地" in departments
    assert "data-print" in page


def test_an_earlier_day_shows_who_held_the_posts_then(filled: None) -> None:
    street = next(one for one in tree(date(2018, 12, 1)).streets if one.area.pk == "110105001")
    assert "周已免" in {post.person.name_zh for post in street.party}


def test_enterprises_do_not_see_it(client_of: Callable[[str], Client]) -> None:
    assert client_of("enterprise").get("/system/responsibility/").status_code == 403
