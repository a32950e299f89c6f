"""What a patrol phone sends is stored once however often it comes, or refused in words."""

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders

from lantian.apps.accounts.models import Person, Post
from lantian.apps.audit.models import Entry
from lantian.apps.cases.models import Evidence
from lantian.apps.cases.services import Taken, attach_file, take_step
from lantian.apps.inspections import rules
from lantian.apps.inspections.models import Inspection, InspectionPhoto, PlanEntry
from lantian.apps.inspections.selectors.patrol import edition_of
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.services.attachments import LARGEST, Sent
from tests.inspections.patrol_scene import Phone, Scene, make_scene, picture, sha256

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(tmp_path: Path, settings: Any) -> Scene:
    settings.DATA_DIR, settings.LAKE_URL = tmp_path, str(tmp_path / "lake")
    return make_scene()


@pytest.fixture
def phone(scene: Scene) -> Phone:
    return Phone.of(scene)


def said(answer: Any) -> dict[str, Any]:
    return dict(json.loads(answer.content))


def refused(answer: Any, status: int, code: str, zh: str, en: str) -> dict[str, Any]:
    found = said(answer)
    assert (answer.status_code, found["code"]) == (status, code), found
    assert zh in found["text"]["zh"], found
    assert en in found["text"]["en"], found
    return found


# the day ----------------------------------------------------------------------------------------------------------


def test_the_day_carries_route_past_record_checklists_and_steps_in_both_languages(phone: Phone) -> None:
    day = phone.day()
    assert day["route"][0] == f"step:{phone.scene.case.slug}:1"
    stop = next(one for one in day["stops"] if one["source"]["code"] == "GD-0187")
    assert stop["lamp"] == "y"  # due today
    assert [one["en"] for one in stop["past"][0]["failed"]] == ["The fence is complete all round, without gaps"]
    items = {one["id"]: one for one in day["checklists"]["site-six"]["items"]}
    assert items["covering"]["photo"] == "always"
    assert items["fencing"]["must"]
    assert day["checklists"]["site-six"]["cite"]["zh"] == "第十一条"
    [step] = day["steps"]
    assert step["given"] == {"zh": "时限 24 小时", "en": "24 h given"}
    assert [one["id"] for one in step["outcomes"]] == ["violation", "instrument", "regional", "none-found"]
    assert {one["code"] for one in day["others"]} == {"GD-0187", "GD-0042"}


def test_the_day_of_another_department_holds_neither_stops_nor_steps(scene: Scene) -> None:
    other = Person.objects.create_person("housing", None, name_zh="住建员", name_en="Housing")
    Post.objects.create(person=other, role="bureau", organisation_id="housing")
    day = Phone.of(scene, other).day()
    assert (day["stops"], day["steps"]) == ([], [])


def test_a_stop_that_somebody_has_done_today_says_who(phone: Phone) -> None:
    assert phone.send("/patrol/inspections/", phone.filled()).status_code == 200
    stop = next(one for one in phone.day()["stops"] if one["plan"] == phone.scene.entry.pk)
    assert stop["done"]["by"] == "网格长乙"


# photos -----------------------------------------------------------------------------------------------------------


def test_a_photo_is_answered_with_the_hash_of_what_lies_on_the_disk(phone: Phone, tmp_path: Path) -> None:
    content = picture(80)
    answer = phone.photo(str(uuid.uuid4()), content, "covering")
    assert (said(answer)["sha256"], said(answer)["size"]) == (sha256(content), len(content))
    stored = InspectionPhoto.objects.get(client_id=said(answer)["id"])
    assert (tmp_path / stored.path).read_bytes() == content


def test_a_photo_that_comes_twice_is_stored_once_and_written_again_where_the_disk_has_lost_it(
    phone: Phone, tmp_path: Path
) -> None:
    content, inspection, number = picture(80), str(uuid.uuid4()), str(uuid.uuid4())
    first = phone.photo(inspection, content, id=number)
    stored = InspectionPhoto.objects.get(client_id=number)
    (tmp_path / stored.path).write_bytes(b"half of it")
    again = phone.photo(inspection, content, id=number)
    assert said(first) == said(again)
    assert (tmp_path / stored.path).read_bytes() == content
    assert InspectionPhoto.objects.filter(client_id=number).count() == 1
    assert Entry.objects.filter(verb="inspection.photo").count() == 1


def test_bytes_that_do_not_fit_their_hash_are_refused_and_leave_nothing(phone: Phone) -> None:
    content = picture(80)
    before = InspectionPhoto.objects.count()
    answer = phone.photo(str(uuid.uuid4()), content, sha256=sha256(b"another"))
    refused(answer, 422, "damaged", "校验值不符", "damaged")
    cut = phone.photo(str(uuid.uuid4()), content[:-100], size=len(content))
    refused(cut, 422, "damaged", "校验值不符", "damaged")
    assert InspectionPhoto.objects.count() == before


def test_a_photo_of_30_mb_is_refused_in_words(phone: Phone) -> None:
    answer = phone.photo(str(uuid.uuid4()), b"\xff" * (30 * 2**20))
    found = refused(answer, 413, "too-large", "20 MB", "20 MB")
    assert "重拍" in found["advice"]["zh"]
    assert LARGEST == 20 * 2**20


@pytest.mark.parametrize("content", [b"%PDF-1.4 ... %%EOF", b"GIF89a", b"\xff\xd8\xff\xe0 half a picture"])
def test_what_is_no_picture_is_refused_in_words(phone: Phone, content: bytes) -> None:
    refused(phone.photo(str(uuid.uuid4()), content), 422, "photo", "", "")
    assert not InspectionPhoto.objects.filter(by=phone.scene.person).exists()


def test_nobody_adds_photos_to_what_another_began(phone: Phone, scene: Scene) -> None:
    inspection = str(uuid.uuid4())
    phone.photo(inspection, picture(80))
    other = Phone.of(scene, scene.colleague)
    refused(other.photo(inspection, picture(90)), 403, "not-yours", "他人", "Somebody else")
    body = phone.filled()
    assert phone.send("/patrol/inspections/", body).status_code == 200
    refused(other.send("/patrol/inspections/", body), 403, "not-yours", "他人", "Somebody else")


def test_fields_that_cannot_be_read_are_named(phone: Phone) -> None:
    found = refused(phone.photo("no-uuid", picture(80)), 422, "unreadable", "inspection", "inspection")
    assert "刷新" in found["advice"]["zh"]
    refused(phone.send("/patrol/inspections/", {"id": "x"}), 422, "unreadable", "id", "id")
    answer = phone.client.post("/patrol/steps/", "no JSON", content_type="application/json")
    refused(answer, 422, "unreadable", "JSON", "JSON")


# checklists -------------------------------------------------------------------------------------------------------


def test_a_checklist_that_comes_twice_is_recorded_once_with_its_photos_and_its_case(phone: Phone) -> None:
    body = phone.filled()
    answers = [phone.send("/patrol/inspections/", body) for _ in range(2)]
    assert [said(one)["id"] for one in answers] == [body["id"]] * 2
    made = Inspection.objects.get(client_id=body["id"])
    assert (made.result, made.origin, made.entry) == ("failed", "routine", phone.scene.entry)
    assert made.photos.count() == 3
    assert made.recorded_by == phone.scene.person
    assert (made.far, made.distance_m) == (False, 14)
    failed = made.items.get(item="wet-work")
    assert failed.case
    assert failed.case.type == "dust-violation"
    assert PlanEntry.objects.get(pk=phone.scene.entry.pk).state == "done"


def test_a_checklist_before_its_photos_is_refused_and_records_nothing(phone: Phone) -> None:
    body = phone.checklist([str(uuid.uuid4())], str(uuid.uuid4()))
    found = refused(phone.send("/patrol/inspections/", body), 409, "photos", "未传到", "not received")
    assert "补拍" in found["advice"]["zh"]
    assert not Inspection.objects.filter(client_id=body["id"]).exists()


def test_an_entry_that_a_colleague_has_done_is_told_with_name_and_time_and_may_go_beside_the_plan(
    phone: Phone, scene: Scene
) -> None:
    body = phone.filled()
    assert Phone.of(scene, scene.colleague).send("/patrol/inspections/", _done_by(scene)).status_code == 200
    found = refused(phone.send("/patrol/inspections/", body), 409, "plan", "已由执法员丙于", "Officer C has done")
    assert "计划外" in found["advice"]["zh"]
    assert phone.send("/patrol/inspections/", body | {"plan": None}).status_code == 200
    made = Inspection.objects.get(client_id=body["id"])
    assert (made.entry, made.origin) == (None, "patrol")


def _done_by(scene: Scene) -> dict[str, Any]:
    return Phone.of(scene, scene.colleague).filled()


def test_an_entry_that_was_given_to_somebody_else_says_to_whom(phone: Phone, scene: Scene) -> None:
    body = phone.filled()
    scene.entry.people.set([scene.colleague])
    refused(phone.send("/patrol/inspections/", body), 409, "plan", "已改派给执法员丙", "now belongs to Officer C")


def test_an_entry_that_was_withdrawn_says_so(phone: Phone, scene: Scene) -> None:
    body = phone.filled()
    PlanEntry.objects.filter(pk=scene.entry.pk).update(state=PlanEntry.State.DROPPED)
    refused(phone.send("/patrol/inspections/", body), 409, "plan", "已撤销", "withdrawn")


def test_a_checklist_that_changed_meanwhile_names_what_is_new(phone: Phone) -> None:
    body = phone.filled(edition="an-older-one")
    body["answers"] = [one for one in body["answers"] if one["item"] != "monitor"]
    found = refused(phone.send("/patrol/inspections/", body), 409, "edition", "新增“扬尘在线监测", "new: Dust monitor")
    assert "补答" in found["advice"]["zh"]
    gone = phone.filled(edition="an-older-one", checklist="gone")
    refused(phone.send("/patrol/inspections/", gone), 409, "edition", "没有检查表", "no checklist")


def test_an_entry_that_was_merged_takes_the_record_to_where_it_went_and_says_so(phone: Phone, scene: Scene) -> None:
    body = phone.filled()
    target = Source.objects.get(code="GD-0042")
    Source.objects.filter(pk=scene.site.pk).update(merged_into=target)
    answer = phone.send("/patrol/inspections/", body)
    assert answer.status_code == 200, answer.content
    assert "已并入“翠城安置房工地”" in said(answer)["notice"]["zh"]
    assert Inspection.objects.get(client_id=body["id"]).source == target


def test_an_entry_that_is_no_more_is_told(phone: Phone) -> None:
    body = phone.filled(code="GD-9999")
    refused(phone.send("/patrol/inspections/", body), 409, "no-source", "GD-9999", "GD-9999")


def test_the_same_number_with_other_content_does_not_overwrite(phone: Phone) -> None:
    body = phone.filled()
    phone.send("/patrol/inspections/", body)
    refused(
        phone.send("/patrol/inspections/", body | {"note": "另一内容"}), 409, "different", "以先收到的为准", "first one"
    )


# steps of cases ----------------------------------------------------------------------------------------------------


def test_a_verification_on_site_with_its_photo_goes_through_once(phone: Phone, scene: Scene, tmp_path: Path) -> None:
    content = picture(80)
    first, again = phone.evidence(content), phone.evidence(content)
    assert said(first)["sha256"] == said(again)["sha256"] == sha256(content)
    kept = Evidence.objects.get(case=scene.case, kind="photo")
    assert "116.50130, 39.90120 ± 8 m" in kept.note
    body = phone.step()
    assert [phone.send("/patrol/steps/", body).status_code for _ in range(2)] == [200, 200]
    [taken] = scene.case.history.filter(kind="taken")
    assert (taken.outcome, taken.place) == ("violation", "东门 116.50130, 39.90120 ± 8 m")
    assert scene.case.threads.open().filter(step="decide").exists()


def test_a_step_that_somebody_else_took_meanwhile_is_told_with_name_time_and_outcome(
    phone: Phone, scene: Scene
) -> None:
    known_at = datetime.now(UTC) - timedelta(minutes=5)
    _take(scene, "none-found", "现场未见裸土")
    found = refused(
        phone.send("/patrol/steps/", phone.step(known_at=known_at.isoformat())),
        409, "changed", "执法员丙已于", "Officer C took",
    )  # fmt: skip
    assert "现场未见违法" in found["text"]["zh"]
    assert found["advice"]["en"].startswith("Look at how it stands")
    assert scene.case.history.filter(kind="taken").count() == 1
    late = phone.evidence(picture(95))
    refused(late, 409, "changed", "执法员丙已于", "Officer C took")


def _take(scene: Scene, outcome: str, reason: str) -> None:
    at = datetime.now(UTC)
    attach_file(scene.case, 1, Sent("现场.jpg", picture(70)), by=scene.colleague, at=at)
    take_step(scene.case, 1, Taken(outcome, reason), by=scene.colleague, at=at)


def test_another_step_of_the_case_does_not_disturb_the_verification(phone: Phone, scene: Scene) -> None:
    known_at = datetime.now(UTC) - timedelta(minutes=5)
    scene.case.refresh_from_db()
    type(scene.case).objects.filter(pk=scene.case.pk).update(version=scene.case.version + 3)
    phone.evidence(picture(80))
    assert phone.send("/patrol/steps/", phone.step(known_at=known_at.isoformat())).status_code == 200


def test_a_step_without_the_photo_that_its_outcome_needs_is_refused_in_words(phone: Phone) -> None:
    refused(phone.send("/patrol/steps/", phone.step()), 409, "photos", "须附照片", "needs a photo")


def test_a_case_out_of_sight_is_not_there(scene: Scene) -> None:
    other = Person.objects.create_person("housing", None, name_zh="街道员", name_en="Street")
    Post.objects.create(person=other, role="street", organisation_id="office-110105001")
    phone = Phone.of(scene, other)
    refused(phone.evidence(picture(80)), 404, "no-case", "没有这一案件", "no such case")
    refused(phone.send("/patrol/steps/", phone.step()), 404, "no-case", "没有这一案件", "no such case")


def test_a_step_that_another_organisation_holds_is_not_taken(scene: Scene) -> None:
    other = Person.objects.create_person("housing", None, name_zh="住建员", name_en="Housing")
    Post.objects.create(person=other, role="bureau", organisation_id="housing")
    phone = Phone.of(scene, other)
    refused(phone.evidence(picture(80)), 409, "not-yours", "承办", "has to take")


# the shell --------------------------------------------------------------------------------------------------------


@pytest.fixture
def fresh_shell() -> Iterator[None]:
    from lantian.apps.inspections.views import patrol

    patrol._worker.cache_clear()
    yield
    patrol._worker.cache_clear()


def test_the_worker_names_its_files_and_a_version_by_content(phone: Phone, fresh_shell: None) -> None:
    answer = phone.client.get("/patrol/sw.js")
    text = answer.content.decode()
    assert text.startswith('const VERSION = "')
    assert '"/static/inspections/patrol/app.js"' in text
    assert answer.headers["Service-Worker-Allowed"] == "/patrol/"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]


def test_every_module_of_the_page_is_among_the_files_that_the_phone_keeps(phone: Phone) -> None:
    from lantian.apps.inspections import views
    from lantian.apps.inspections.views.patrol import FILES

    folder = Path(views.__file__).parents[1] / "static" / "inspections" / "patrol"
    modules = {f"inspections/patrol/{path.name}" for path in folder.glob("*.js")} - {"inspections/patrol/sw.js"}
    assert modules <= set(FILES)
    shell = phone.client.get("/patrol/").content.decode()
    for name in ("ui/tokens.css", "ui/base.css", "ui/components.css", "inspections/patrol/patrol.css"):
        assert f"/static/{name}" in shell
        assert name in FILES


def test_the_shell_holds_no_data_of_anybody_and_both_languages(phone: Phone) -> None:
    shell = phone.client.get("/patrol/").content.decode()
    assert "网格长乙" not in shell
    words = json.loads(shell.split('<script id="patrol-words" type="application/json">')[1].split("</script>")[0])
    assert (words["zh"]["title"], words["en"]["title"]) == ("今日巡查", "Today's patrol")
    assert set(words["zh"]) == set(words["en"])


def test_the_manifest_makes_the_page_installable(phone: Phone) -> None:
    found = phone.client.get("/patrol/manifest.webmanifest").json()
    assert (found["start_url"], found["scope"], found["display"]) == ("/patrol/", "/patrol/", "standalone")
    assert {one["sizes"] for one in found["icons"]} == {"192x192", "512x512"}
    for one in found["icons"]:
        assert finders.find(one["src"].removeprefix("/static/"))


def test_me_says_who_is_signed_in_and_sends_others_to_sign_in(phone: Phone, client: Any) -> None:
    me = phone.client.get("/patrol/me.json").json()
    assert (me["person"], me["name"]) == (phone.scene.person.pk, "网格长乙")
    assert len(me["csrf"]) > 20
    assert client.get("/patrol/me.json").status_code == 302


def test_what_is_sent_needs_the_token(scene: Scene) -> None:
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(scene.person)
    token = strict.get("/patrol/me.json").json()["csrf"]
    answer = strict.post("/patrol/steps/", "{}", content_type="application/json")
    assert answer.status_code == 403
    answer = strict.post("/patrol/steps/", "{}", content_type="application/json", headers={"X-CSRFToken": token})
    assert answer.status_code == 422


def test_editions_of_a_checklist_differ_by_content(scene: Scene) -> None:
    lists = rules.checklists(scene.now.date())
    assert len({edition_of(one) for one in lists.values()}) == len(lists)
