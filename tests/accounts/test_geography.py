"""Areas and organisations follow the pack; official boundaries replace the schematic ones and stay."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from lantian.apps.accounts.models import Area, Organisation, Person
from lantian.apps.accounts.services.demo import ensure_demo_accounts
from lantian.apps.accounts.services.geography import import_boundaries, sync_pack
from lantian.apps.audit.models import Entry
from lantian.policy.reader import load_pack

pytestmark = pytest.mark.django_db
NOW = datetime(2020, 11, 23, 2, tzinfo=UTC)
SQUARE = [[[116.4, 39.9], [116.5, 39.9], [116.5, 40.0], [116.4, 40.0], [116.4, 39.9]]]
OFFICIAL = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"code": "110105001"},
            "geometry": {"type": "Polygon", "coordinates": SQUARE},
        }
    ],
}


@pytest.fixture(autouse=True)
def synced() -> None:
    sync_pack(load_pack("cn-110105-2018"), at=NOW)


def test_the_43_streets_lie_under_their_district_with_schematic_boundaries() -> None:
    streets = Area.objects.filter(parent="110105")
    assert streets.count() == 43
    assert set(streets.values_list("kind", "schematic")) == {("street", True)}
    assert not streets.filter(geometry=None).exists()
    assert Organisation.objects.get(area="110105001", kind="street_office").name_zh == "建外街道办事处"


def test_organisations_have_the_name_that_their_papers_bear_or_else_their_usual_one() -> None:
    names = {one.pk: one.paper_name for one in Organisation.objects.all()}
    assert names["environment"] == "北京市朝阳区环境保护局"
    assert names["office-110105001"] == "北京市朝阳区人民政府建外街道办事处"
    assert names["discipline"] == "纪检监察机关"


def test_a_second_sync_changes_nothing() -> None:
    entries = Entry.objects.count()
    assert sync_pack(load_pack("cn-110105-2018"), at=NOW) == 0
    assert Entry.objects.count() == entries


def test_an_official_boundary_replaces_the_schematic_one_and_outlives_a_sync() -> None:
    pack = load_pack("cn-110105-2018")
    import_boundaries(pack, json.dumps(OFFICIAL).encode(), "WGS-84", at=NOW)
    sync_pack(pack, at=NOW)
    area = Area.objects.get(pk="110105001")
    assert not area.schematic
    assert area.geometry is not None
    assert sorted(area.geometry["coordinates"][0])[0] == [116.4, 39.9]
    assert Entry.objects.filter(verb="areas.imported").get().detail["areas"] == ["110105001"]


def test_a_file_that_does_not_fit_is_refused_whole(tmp_path: Path) -> None:
    wrong = {**OFFICIAL, "features": [*OFFICIAL["features"], {"type": "Feature", "properties": {"code": "999"}}]}
    file = tmp_path / "areas.geojson"
    file.write_text(json.dumps(wrong), encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("import_areas", str(file), "wgs84")
    assert Area.objects.get(pk="110105001").schematic


def test_the_map_gets_geojson_once_and_then_only_a_304(client_of: Callable[[str], Client]) -> None:
    client = client_of("viewer")
    first = client.get("/areas.geojson")
    assert first.headers["Content-Type"] == "application/geo+json"
    assert {feature["id"] for feature in first.json()["features"]} >= {"110105", "110105001"}
    again = client.get("/areas.geojson", headers={"if-none-match": first.headers["ETag"]})
    assert again.status_code == 304
    Area.objects.filter(pk="110105001").update(name_zh="新名")
    assert client.get("/areas.geojson", headers={"if-none-match": first.headers["ETag"]}).status_code == 200


def test_demo_accounts_can_sign_in_and_are_made_once(client: Client) -> None:
    made = ensure_demo_accounts(at=NOW)
    again = ensure_demo_accounts(at=NOW)
    assert [(one.person.pk, one.password) for one in made] == [(one.person.pk, one.password) for one in again]
    assert len({one.password for one in made}) == len(made) == 10
    for one in made:
        assert client.login(username=one.person.username, password=one.password)


def test_without_demo_nobody_is_made() -> None:
    assert not Person.objects.exists()


def test_a_person_is_added_with_a_post_after_a_password_that_is_good_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    line = ("add_person", "zhang", "--name", "张三", "--role", "system-admin", "--organisation", "chaoyang-government")
    monkeypatch.setattr("lantian.project.management.commands.add_person.getpass", lambda _prompt: "12345678")
    with pytest.raises(CommandError):
        call_command(*line)
    monkeypatch.setattr("lantian.project.management.commands.add_person.getpass", lambda _prompt: "blue sky 2020 !")
    call_command(*line)
    assert Person.objects.get(username="zhang").roles == {"system-admin"}
    with pytest.raises(CommandError, match="zhang"):
        call_command(*line)
