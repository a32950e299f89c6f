"""Trees of organisations and areas over time: renamed, moved, merged; the pack does not undo it."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from lantian.apps.accounts.models import Area, Organisation, Person, Post
from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.audit.models import Entry
from lantian.policy.reader import load_pack

pytestmark = pytest.mark.django_db
NOW = datetime(2020, 11, 23, 2, tzinfo=UTC)


@pytest.fixture
def client(client_of: Callable[[str], Client]) -> Client:
    return client_of("system-admin")


@pytest.fixture
def tree() -> None:
    top = Area.objects.create(code="1", name_zh="区", kind="district")
    for code in ("11", "12"):
        Area.objects.create(code=code, name_zh=f"街{code}", kind="street", parent=top)
    Area.objects.create(code="111", name_zh="社区", kind="community", parent_id="11")
    for code, parent in (("bureau", None), ("team", "bureau"), ("squad", "team"), ("next", None)):
        Organisation.objects.create(code=code, name_zh=f"单位{code}", parent_id=parent)


def form_of(code: str, **changes: str) -> dict[str, str]:
    one = Organisation.objects.get(pk=code)
    return {"name_zh": one.name_zh, "name_en": "", "kind": "", "parent": one.parent_id or "", **changes}


def test_both_trees_show_what_lies_under_what(client: Client, tree: None) -> None:
    page = client.get("/system/areas/").content.decode()
    assert page.index("区</a>") < page.index("街11") < page.index("社区</a>") < page.index("街12")
    assert "单位squad" in client.get("/system/organisations/").content.decode()


def test_a_place_is_renamed_and_moved_and_the_old_is_kept_in_its_history(client: Client, tree: None) -> None:
    path = "/system/organisations/squad/"
    assert client.post(path, form_of("squad", name_zh="新名", parent="next")).status_code == 302
    squad = Organisation.objects.get(pk="squad")
    assert (squad.name_zh, squad.parent_id, squad.kept_here) == ("新名", "next", True)
    assert Entry.objects.get(verb="place.changed").detail == {
        "name_zh": ["单位squad", "新名"],
        "parent": ["单位team", "单位next"],
    }
    assert "单位squad" in client.get(path).content.decode()


def test_a_bureau_that_was_renamed_keeps_its_new_official_name_when_the_pack_is_read_again(client: Client) -> None:
    pack = load_pack("cn-110105-2018")
    sync_pack(pack, at=NOW)
    renamed = {"name_zh": "区生态环境局", "official_zh": "北京市朝阳区生态环境局", "official_en": "Bureau"}
    path = "/system/organisations/environment/"
    assert 'value="北京市朝阳区环境保护局"' in client.get(path).content.decode()
    assert client.post(path, form_of("environment", **renamed)).status_code == 302
    sync_pack(pack, at=NOW)
    bureau = Organisation.objects.get(pk="environment")
    assert (bureau.name_zh, bureau.official_en) == ("区生态环境局", "Bureau")
    assert bureau.paper_name == "北京市朝阳区生态环境局"


def test_a_place_never_lies_under_itself(client: Client, tree: None) -> None:
    answer = client.post("/system/organisations/bureau/", form_of("bureau", parent="squad"))
    assert answer.status_code == 422
    assert Organisation.objects.get(pk="bureau").parent_id is None


def test_merged_it_ends_and_its_posts_and_children_go_on_under_the_successor(client: Client, tree: None) -> None:
    li = Person.objects.create_person("li", None, name_zh="李清")
    Post.objects.create(person=li, role="bureau", organisation_id="team", title="队长")
    path = "/system/organisations/team/"
    assert client.post(path, {"successor": "nowhere", "day": "2020-11-23"}).status_code == 422
    assert client.post(path, {"successor": "next", "day": "2020-11-23"}).status_code == 302
    team = Organisation.objects.get(pk="team")
    assert (team.successor_id, team.valid_to) == ("next", date(2020, 11, 23))
    assert Organisation.objects.get(pk="squad").parent_id == "next"
    posts = list(li.posts.values_list("organisation", "title", "valid_from", "valid_to"))
    assert posts == [("team", "队长", None, date(2020, 11, 23)), ("next", "队长", date(2020, 11, 24), None)]
    assert "单位team" not in client.get("/system/organisations/?day=2020-12-01").content.decode()
    assert "单位team" in client.get("/system/organisations/?day=2020-11-01").content.decode()


def test_a_new_place_needs_a_free_code_and_an_area_one_that_begins_with_its_parents(client: Client, tree: None) -> None:
    new = {"code": "fresh", "name_zh": "新单位", "parent": "bureau"}
    assert client.post("/system/organisations/new/", new).status_code == 302
    assert client.post("/system/organisations/new/", new).status_code == 422
    area = {"code": "29", "name_zh": "新社区", "kind": "community", "parent": "12"}
    assert client.post("/system/areas/new/", area).status_code == 422
    assert client.post("/system/areas/new/", area | {"code": "129"}).status_code == 302
    assert Area.objects.get(pk="129").parent_id == "12"


def test_the_pack_does_not_undo_what_was_renamed_here(client: Client) -> None:
    sync_pack(load_pack("cn-110105-2018"), at=NOW)
    area = Area.objects.get(pk="110105001")
    form = {"name_zh": "新街道", "name_en": "", "short_zh": "", "kind": "street", "parent": "110105"}
    assert client.post("/system/areas/110105001/", form).status_code == 302
    sync_pack(load_pack("cn-110105-2018"), at=NOW)
    assert (Area.objects.get(pk="110105001").name_zh, area.geometry) == ("新街道", area.geometry)
    assert Area.objects.get(pk="110105002").kept_here is False
