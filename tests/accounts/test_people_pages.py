"""People and posts through the system administrator's pages: added, posted, handed over, imported, exported."""

import io
import re
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lantian.apps.accounts.models import HandOver, Organisation, Person, Post, PostRequest
from lantian.apps.audit.models import Entry

pytestmark = pytest.mark.django_db
PHONE, IDENTITY = "13800002207", "11010519491231002X"
HEADS = ("登录名", "姓名", "手机号", "岗位", "单位", "任职起")


@pytest.fixture
def client(client_of: Callable[[str], Client]) -> Client:
    return client_of("system-admin")


@pytest.fixture
def wang(client: Client) -> Person:
    person = Person.objects.create_person("wang", None, name_zh="王守蓝")
    person.phone, person.identity = PHONE, IDENTITY
    person.save()
    Post.objects.create(person=person, role="street", organisation_id="office", valid_from=date(2020, 1, 1))
    return person


def sheet(*rows: tuple[object, ...], heads: tuple[str, ...] = HEADS) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    for row in (heads, *rows):
        book.active.append(list(row))  # type: ignore[union-attr]
    buffer = io.BytesIO()
    book.save(buffer)
    return SimpleUploadedFile("people.xlsx", buffer.getvalue())


def test_a_person_is_added_with_a_temporary_password_that_is_shown_once(client: Client) -> None:
    form = {"username": "li", "name_zh": "李清", "phone": "138 0000 2207", "identity": IDENTITY, "is_active": "on"}
    page = client.post("/system/people/new/", form)
    added = Person.objects.get(username="li")
    assert (added.phone, added.must_change_password) == (PHONE, True)
    secret = page.content.decode().split('<td class="code">')[2].split("<")[0]
    assert added.check_password(secret)
    assert "no-store" in page.headers["Cache-Control"]
    assert client.post("/system/people/new/", form).status_code == 422


@pytest.mark.parametrize(("name", "wrong"), [("phone", "123"), ("identity", "110105194912310021"), ("username", "李")])
def test_what_cannot_be_is_refused_and_what_was_typed_stays(client: Client, name: str, wrong: str) -> None:
    form = {"username": "li", "name_zh": "李清", "is_active": "on", name: wrong}
    answer = client.post("/system/people/new/", form)
    assert answer.status_code == 422
    assert 'value="李清"' in answer.content.decode()
    assert not Person.objects.filter(name_zh="李清").exists()


def test_lists_and_pages_show_telephone_and_identity_masked_under_a_watermark(client: Client, wang: Person) -> None:
    for path in ("/system/people/", f"/system/people/{wang.pk}/", f"/system/people/{wang.pk}/edit/"):
        page = client.get(path).content.decode()
        assert "138****2207" in page
        assert PHONE not in page
        assert IDENTITY not in page
        assert 'class="watermark"' in page
    shown = client.post(f"/accounts/unmask/accounts.person/{wang.pk}/identity/")
    assert shown.content.decode() == IDENTITY
    assert Entry.objects.get(verb="data.unmasked").subject_id == str(wang.pk)


def test_the_list_is_narrowed_by_name_post_and_organisation(client: Client, wang: Person) -> None:
    Organisation.objects.create(code="other", name_zh="另一单位")
    for query, there in {
        "text=守蓝": True, "text=nobody": False, "role=street": True, "role=duty": False,
        "organisation=office": True, "organisation=other": False, "active=no": False,
    }.items():  # fmt: skip
        assert (f"/system/people/{wang.pk}/" in client.get(f"/system/people/?{query}").content.decode()) is there


def test_one_person_of_a_list_is_no_plural_in_english(client: Client, wang: Person) -> None:
    page = client.get("/system/people/?role=street", headers={"accept-language": "en"}).content.decode()
    assert re.findall(r'<b>(\d+)</b> <span class="sec">(\w+)<', page) == [("1", "person")]


def test_masked_fields_left_empty_stay_and_closing_an_account_signs_it_out(client: Client, wang: Person) -> None:
    wang.set_password("a long password 1")
    wang.save()
    browser = Client()
    browser.post("/accounts/sign-in/", {"username": "wang", "password": "a long password 1"})
    assert browser.get("/system/components/").status_code == 200
    client.post(f"/system/people/{wang.pk}/edit/", {"name_zh": "王守清", "phone": "", "identity": ""})
    wang.refresh_from_db()
    assert (wang.name_zh, wang.phone, wang.identity, wang.is_active) == ("王守清", PHONE, IDENTITY, False)
    assert browser.get("/system/components/").status_code == 302
    assert Entry.objects.get(verb="person.changed").detail == {"fields": ["is_active", "name_zh"]}


def test_a_masked_value_is_cleared_only_by_its_tick_and_on_record(client: Client, wang: Person) -> None:
    path, form = f"/system/people/{wang.pk}/edit/", {"name_zh": wang.name_zh, "is_active": "on"}
    assert 'name="clear_phone"' in client.get(path).content.decode()
    client.post(path, form)
    assert Person.objects.get(pk=wang.pk).phone == PHONE
    both = client.post(path, {**form, "phone": PHONE, "clear_phone": "on"})
    assert both.status_code == 422
    assert client.post(path, {**form, "clear_phone": "on"}).status_code == 302
    kept = Person.objects.get(pk=wang.pk)
    assert (kept.phone, kept.identity) == ("", IDENTITY)
    assert Entry.objects.get(verb="person.changed").detail == {"fields": ["phone"], "cleared": ["phone"]}
    again = client.get(path).content.decode()
    assert 'name="clear_phone"' not in again
    assert 'name="clear_identity"' in again


def test_a_post_is_given_once_and_ended_with_its_last_day(client: Client, wang: Person) -> None:
    form = {"role": "bureau", "organisation": "office", "title": "科长", "head": "", "valid_from": "2020-01-01"}
    assert client.post(f"/system/people/{wang.pk}/posts/", form).status_code == 302
    assert client.post(f"/system/people/{wang.pk}/posts/", form).status_code == 422
    post = wang.posts.get(role="bureau")
    assert post.title == "科长"
    client.post(f"/system/posts/{post.pk}/end/", {"day": "2019-12-31"})
    post.refresh_from_db()
    assert post.valid_to is None
    client.post(f"/system/posts/{post.pk}/end/", {"day": "2020-06-30"})
    assert Person.objects.get(pk=wang.pk).roles == {"street"}


def test_a_post_is_handed_over_without_a_gap(client: Client, wang: Person) -> None:
    li, post = Person.objects.create_person("li", None, name_zh="李清"), wang.posts.get()
    path = f"/system/posts/{post.pk}/hand-over/"
    assert client.get(path).status_code == 200
    assert client.post(path, {"to": wang.pk, "day": "2020-11-23"}).status_code == 422
    assert client.post(path, {"to": li.pk, "day": "2020-11-23", "note": "两件未办"}).status_code == 302
    post.refresh_from_db()
    done = HandOver.objects.get()
    assert post.valid_to == date(2020, 11, 23)
    assert (done.successor.person, done.successor.valid_from) == (li, date(2020, 11, 24))
    assert (done.note, done.open_items) == ("两件未办", {"groups": []})
    assert "两件未办" in client.get(f"/system/people/{li.pk}/").content.decode()


def test_an_administrators_post_is_not_handed_over(client: Client) -> None:
    own = Person.objects.get(username="system-admin")
    li = Person.objects.create_person("li", None, name_zh="李清")
    answer = client.post(f"/system/posts/{own.posts.get().pk}/hand-over/", {"to": li.pk, "day": "2020-11-23"})
    assert answer.status_code == 422
    assert not li.posts.exists()


ROWS = (
    ("zhang", "张三", "１３８００００２２０７", "街乡岗", "区环保局", "2020年1月1日"),
    ("zhang", "张三", "", "执法岗", "Environment Bureau", date(2020, 2, 1)),
    ("zhao", "赵四", "12", "街乡岗", "区环保局", None),
    ("sun", "孙五", "", "局长", "区环保局", None),
    ("zhou", "周六", "", "街乡岗", "没有的单位", None),
    ("wu", "吴七", "", "街乡岗", "区环保局", "昨天"),
    ("", "郑八", "", "街乡岗", "区环保局", None),
    ("wei", "卫九", "", "audit-admin", "office", None),
)


def test_a_workbook_is_tried_first_and_every_wrong_row_says_why(client: Client) -> None:
    page = client.post("/system/people/import/", {"file": sheet(*ROWS)}).content.decode()
    assert "试算 8 行，5 行有误" in page
    for word in ("没有名为“局长”的岗位", "没有名为“没有的单位”的单位", "“昨天”不是日期", "缺少登录名"):
        assert word in page
    assert Person.objects.count() == 1


def test_the_rows_that_are_right_are_stored_and_an_administrators_post_waits(client: Client) -> None:
    page = client.post("/system/people/import/", {"file": sheet(*ROWS), "store": "1"}).content.decode()
    assert "已写入 3 行，共 8 行" in page
    zhang = Person.objects.get(username="zhang")
    assert zhang.phone == PHONE
    assert zhang.roles == {"street", "enforcement"}
    assert zhang.posts.get(role="street").valid_from == date(2020, 1, 1)
    assert set(Person.objects.values_list("username", flat=True)) == {"system-admin", "zhang", "wei"}
    assert PostRequest.objects.get().person.username == "wei"
    again = client.post(
        "/system/people/import/", {"file": sheet(("zhang", "张叁", "", "街乡岗", "office", None)), "store": "1"}
    )
    assert "此人已任此岗" in again.content.decode()
    assert Person.objects.get(username="zhang").name_zh == "张三"


def test_an_organisation_is_found_by_its_official_name_too(client: Client) -> None:
    Organisation.objects.filter(pk="office").update(official_zh="某市某区环境保护局")
    row = ("li", "李清", "", "街乡岗", "某市某区环境保护局", None)
    client.post("/system/people/import/", {"file": sheet(row), "store": "1"})
    assert Person.objects.get(username="li").posts.get().organisation_id == "office"


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (SimpleUploadedFile("a.xlsx", b"not a workbook"), "不是 Excel 工作簿"),
        (sheet(("x",), heads=("登录名",)), "缺少列：姓名、岗位、单位"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_whole(client: Client, file: SimpleUploadedFile, says: str) -> None:
    answer = client.post("/system/people/import/", {"file": file})
    assert answer.status_code == 422
    assert says in answer.content.decode()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_template_can_be_imported_as_it_is_filled(client: Client, language: str) -> None:
    file = client.get("/system/people/template.xlsx", headers={"accept-language": language})
    upload = SimpleUploadedFile("people.xlsx", file.content)
    page = client.post("/system/people/import/", {"file": upload}).content.decode()
    assert "没有名为“建外街道办事处”的单位" in page  # the example row: its organisation is the pack's


def test_an_export_is_masked_signed_and_written_down(client: Client, wang: Person) -> None:
    answer = client.get("/system/people/export.xlsx?role=street")
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert rows[1][:4] == ("wang", "王守蓝", "", "138****2207")
    assert str(rows[-1][0]).startswith("导出人 王守蓝（system-admin）")
    assert not any(PHONE in str(cell) for row in rows for cell in row)
    assert Entry.objects.get(verb="people.exported").detail == {"rows": 1}


def test_each_bureau_sees_whom_it_works_with_and_may_call_them(
    client: Client, wang: Person, client_of: Callable[[str], Client]
) -> None:
    other = Person.objects.create_person("far", None, name_zh="远")
    Post.objects.create(person=other, role="street", organisation=Organisation.objects.create(code="far", name_zh="远"))
    Person.objects.update(phone=PHONE)
    duty = client_of("duty")
    assert duty.post(f"/accounts/unmask/accounts.person/{wang.pk}/phone/").content.decode() == PHONE
    assert duty.post(f"/accounts/unmask/accounts.person/{wang.pk}/identity/").status_code == 404
    assert duty.post(f"/accounts/unmask/accounts.person/{other.pk}/phone/").status_code == 404
