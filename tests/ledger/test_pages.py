"""The pages of the ledgers over a small district whose figures are known by hand."""

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from PIL import Image

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.audit.models import Entry
from lantian.apps.ledger.models import Attachment, SavedView, Source
from lantian.apps.ledger.services import change_source
from lantian.apps.ledger.services.sources import Values
from tests.ledger.conftest import AT, square
from tests.ledger.sample import SITE, add, content, site, table, text

pytestmark = pytest.mark.django_db


FIRM = "91110105MA00000038"
PICTURE = io.BytesIO()
Image.new("RGB", (8, 8), (120, 130, 140)).save(PICTURE, "PNG")


# The list -------------------------------------------------------------------------------------------------------


def test_the_index_lists_every_ledger_by_group_with_its_count(client_of: Callable[..., Client]) -> None:
    site("金泰里二期")
    page = text(client_of("duty").get("/ledgers/"))
    for name in ("扬尘源", "施工工地", "餐饮企业", "非道路移动机械", "1</td>"):
        assert name in page


def test_the_list_shows_listed_columns_lamps_and_the_preview(client_of: Callable[..., Client]) -> None:
    site("金泰里二期", above_size=True, stage="earthwork")
    site("小红门棚改", 2)
    page = text(client_of("duty").get(f"/ledgers/{SITE}/?on=GD000002"))
    assert "28,600" in page
    assert "逾期未有" in page  # above size, without a monitor, after 2019-12-31
    preview = page[page.index('id="preview"') :]
    assert "小红门棚改路 1 号" in preview
    assert "金泰里二期" not in preview


def test_one_entry_of_a_list_is_no_plural_in_english(client_of: Callable[..., Client]) -> None:
    duty, address = client_of("duty"), f"/ledgers/{SITE}/"
    site("金泰里二期")
    assert '<b>1</b> <span class="sec">entry</span>' in text(duty.get(address, headers={"accept-language": "en"}))
    site("小红门棚改", 2)
    assert '<b>2</b> <span class="sec">entries</span>' in text(duty.get(address, headers={"accept-language": "en"}))


def test_filters_sorting_columns_and_words_narrow_the_list(client_of: Callable[..., Client]) -> None:
    site("金泰里二期", area_m2=500.0)
    site("小红门棚改", 2, stage="demolition", area_m2=90.0)
    duty = client_of("duty")

    def names(query: str) -> list[str]:
        page = text(duty.get(f"/ledgers/{SITE}/{query}"))
        return [name for name in ("金泰里二期", "小红门棚改") if f'data-open="/ledgers/{SITE}/{codes[name]}/"' in page]

    codes = {"金泰里二期": "GD000001", "小红门棚改": "GD000002"}
    assert names("") == ["金泰里二期", "小红门棚改"]
    assert names("?text=红门") == ["小红门棚改"]
    assert names("?area=110105001") == ["金泰里二期"]
    assert names("?a.stage=demolition") == ["小红门棚改"]
    assert names("?a.above_size=-") == ["金泰里二期", "小红门棚改"]
    assert names("?duty=disposal-permit&who=missing") == ["小红门棚改"]  # demolition makes spoil, structure does not
    page = text(duty.get(f"/ledgers/{SITE}/?sort=-area_m2&cols=name,area_m2&density=loose"))
    assert page.index("GD000001/") < page.index("GD000002/")
    assert "施工阶段</a></th>" not in page
    page = text(duty.get(f"/ledgers/{SITE}/?sort=area_m2"))
    assert page.index('data-open="/ledgers/construction-site/GD000002/') < page.index(
        'data-open="/ledgers/construction-site/GD000001/'
    )


def test_a_filter_is_not_fooled_by_what_a_text_says_of_itself(client_of: Callable[..., Client]) -> None:
    site("金泰里二期", builder='x", "stage": "demolition", "y": "')
    site("小红门棚改", 2, above_size=False)
    duty = client_of("duty")
    assert "没有符合条件的条目" in text(duty.get(f"/ledgers/{SITE}/?a.stage=demolition"))
    page = text(duty.get(f"/ledgers/{SITE}/?a.above_size=no"))
    assert "GD000002/" in page
    assert "GD000001/" not in page


def test_an_empty_list_says_which_conditions_emptied_it(client_of: Callable[..., Client]) -> None:
    site("金泰里二期")
    page = text(client_of("duty").get(f"/ledgers/{SITE}/?text=没有这个&state=paused"))
    assert "没有符合条件的条目" in page
    assert "没有这个 · 停工" in page


def test_a_ledger_that_the_pack_does_not_have_is_not_there(client_of: Callable[..., Client]) -> None:
    assert client_of("duty").get("/ledgers/no-such-kind/").status_code == 404


def test_a_view_is_kept_for_its_owner_alone_and_forgotten_again(client_of: Callable[..., Client]) -> None:
    duty, other = client_of("duty"), client_of("bureau", "housing")
    duty.post(f"/ledgers/{SITE}/views/", {"name": "我的拆除", "query": "a.stage=demolition&page=3&on=x"})
    kept = SavedView.objects.get()
    assert kept.query == "a.stage=demolition"
    assert "我的拆除" in text(duty.get(f"/ledgers/{SITE}/"))
    assert "我的拆除" not in text(other.get(f"/ledgers/{SITE}/"))
    assert other.post(f"/ledgers/{SITE}/views/{kept.pk}/").status_code == 404
    duty.post(f"/ledgers/{SITE}/views/{kept.pk}/")
    assert not SavedView.objects.exists()


def test_each_tab_tells_how_many_entries_it_finds(client_of: Callable[..., Client]) -> None:
    site("金泰里二期", stage="demolition")
    site("小红门棚改", 2, stage="demolition")
    site("望京住宅", 1)
    duty = client_of("duty")
    duty.post(f"/ledgers/{SITE}/views/", {"name": "拆除", "query": "a.stage=demolition"})
    page = text(duty.get(f"/ledgers/{SITE}/"))
    assert 'hx-get="/ledgers/construction-site/?part=counts"' in page
    counts = re.findall(r'id="view-count-(\d+)"[^>]*>([^<]*)<', text(duty.get(f"/ledgers/{SITE}/?part=counts")))
    assert counts[0] == ("0", "3")
    assert counts[-1] == (str(len(counts) - 1), "2")
    office = text(client_of("street", "office-1").get(f"/ledgers/{SITE}/?part=counts"))
    assert 'hx-swap-oob="true">2<' in office  # its own ground alone


def test_a_list_of_many_asks_few_questions_and_only_its_first_page_counts(client_of: Callable[..., Client]) -> None:
    for number in range(70):
        site(f"工地{number}", 1 + number % 2, above_size=True, stage="earthwork")
    duty = client_of("duty")
    duty.get(f"/ledgers/{SITE}/")
    counts = []
    for _ in range(2):  # once a minute a request also notes that somebody sits there
        with CaptureQueriesContext(connection) as asked:
            page = text(duty.get(f"/ledgers/{SITE}/"))
        counts.append(len(asked))
    assert "<b>70</b>" in page
    assert min(counts) <= 15, [query["sql"][:90] for query in asked]
    with CaptureQueriesContext(connection) as second:
        page = text(duty.get(f"/ledgers/{SITE}/?page=2&n=70"))
    assert page.count("data-row ") == 20
    assert not [query for query in second if "COUNT(" in query["sql"] and "ledger_source" in query["sql"]]


def test_the_map_answers_with_geojson_and_gathers_what_is_too_much(
    client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = site("金泰里二期")
    change_source(made, Values({"geometry": square(116.449, 39.949, 0.002)}), version=1, by=None, at=AT)
    site("小红门棚改", 2)
    duty = client_of("duty")
    found = json.loads(text(duty.get(f"/ledgers/{SITE}/map.json?bbox=116.4,39.9,116.5,40")))
    assert found["total"] == 1
    assert [one["geometry"]["type"] for one in found["features"]] == ["Point", "Polygon"]
    monkeypatch.setattr("lantian.apps.ledger.pages.map_data.MOST_MARKS", 1)
    found = json.loads(text(duty.get(f"/ledgers/{SITE}/map.json")))
    assert found["gathered"]
    assert found["total"] == sum(one["properties"]["n"] for one in found["features"]) == 2


# Who sees and may change what -----------------------------------------------------------------------------------


def test_a_street_sees_its_own_ground_everywhere(client_of: Callable[..., Client]) -> None:
    site("金泰里二期", 1)
    site("小红门棚改", 2)
    street = client_of("street", "office-1")
    for path in ("", "map.json", "export.csv", "export.geojson", "print/"):
        page = text(street.get(f"/ledgers/{SITE}/{path}"))
        assert "金泰里二期" in page, path
        assert "小红门棚改" not in page, path
    assert street.get(f"/ledgers/{SITE}/GD000002/").status_code == 404
    assert street.get(f"/ledgers/{SITE}/GD000002/edit/").status_code == 404
    assert "小红门棚改" not in text(street.get("/search/?q=小红门"))


def test_an_enterprise_sees_and_edits_its_own_but_no_fact_by_which_it_is_judged(
    client_of: Callable[..., Client],
) -> None:
    mine = add("repair-shop", "某汽修", "working", own={"owner_id": "firm"}, sprays=True, class_="1")
    add("repair-shop", "别家汽修", "working")
    firm = client_of("enterprise", "firm")
    assert "别家汽修" not in text(firm.get("/ledgers/repair-shop/"))
    assert firm.get("/ledgers/duties/").status_code == 403
    assert firm.get("/ledgers/repair-shop/new/").status_code == 403
    form = text(firm.get(f"/ledgers/repair-shop/{mine.code}/edit/"))
    assert "由主管部门核定，不能自行更改" in form
    assert 'name="a.booth_done"' not in form
    firm.post(
        f"/ledgers/repair-shop/{mine.code}/edit/",
        {"version": "1", "address": "新址 2 号", "name": "改名", "a.booth_done": "yes", "a.phone": "13812342207"},
    )
    kept = Source.objects.get(pk=mine.pk)
    assert (kept.address, kept.name, kept.attributes.get("booth_done")) == ("新址 2 号", "某汽修", None)
    assert kept.attributes["phone"] == "13812342207"
    assert firm.post(f"/ledgers/repair-shop/{mine.code}/move/", {"end": "closed"}).status_code == 403


def test_a_bureau_changes_what_it_supervises_and_nothing_else(client_of: Callable[..., Client]) -> None:
    made = site("金泰里二期")
    address = f"/ledgers/{SITE}/{made.code}/edit/"
    assert client_of("bureau", "housing").get(address).status_code == 200
    assert client_of("bureau", "transport").get(address).status_code == 403
    assert client_of("viewer").get(address).status_code == 403


def test_personal_facts_are_masked_until_asked_for_on_record(client_of: Callable[..., Client]) -> None:
    made = site("金泰里二期", contact="王守蓝", phone="13812342207")
    duty, viewer = client_of("duty"), client_of("viewer")
    for path in (f"{made.code}/", f"{made.code}/edit/", "?cols=name,phone", "export.csv", "print/?cols=name,phone"):
        page = text(duty.get(f"/ledgers/{SITE}/{path}"))
        assert "13812342207" not in page, path
        assert "138****2207" in page, path
    unmask = f"/accounts/unmask/ledger.source/{made.pk}/phone/"
    found = [path for path in (unmask,) if duty.post(path).status_code == 200]
    if found:
        assert text(duty.post(unmask)) == "13812342207"
        assert viewer.post(unmask).status_code == 404
        assert Entry.objects.filter(verb="data.unmasked").exists()


# The form ---------------------------------------------------------------------------------------------------------

WHOLE = {
    "name": "金泰里二期", "a.site_type": "building", "a.developer": "金泰", "a.builder": "中建一局",
    "a.stage": "structure", "a.area_m2": "２８６００", "a.cycle_start": "2019-03-02",
}  # fmt: skip


def test_an_entry_is_made_with_its_area_and_grid_owner_found_from_its_border(
    client_of: Callable[..., Client], person: Callable[..., Person]
) -> None:
    keeper = person("community", "office-1", "110105001")
    border = json.dumps(square(116.42, 39.92, 0.01))
    answer = client_of("duty").post(f"/ledgers/{SITE}/new/", {**WHOLE, "geometry": border, "datum": "wgs84"})
    made = Source.objects.get()
    assert answer.headers["Location"] == f"/ledgers/{SITE}/{made.code}/"
    assert (made.area_id, made.grid_owner, made.attributes["area_m2"]) == ("110105001", keeper, 28600.0)
    assert made.geometry is not None


def test_each_wrong_field_says_so_and_nothing_typed_is_lost(client_of: Callable[..., Client]) -> None:
    wrong = {
        **WHOLE,
        "name": "",
        "a.area_m2": "很大",
        "a.builder_code": "91110105MA0000003X",
        "a.stage": "",
        "owner": "无此单位",
    }
    wrong |= {"longitude": "116.42", "latitude": "50"}
    answer = client_of("duty").post(f"/ledgers/{SITE}/new/", wrong, headers={"accept-language": "en"})
    page = text(answer)
    assert answer.status_code == 422
    assert not Source.objects.exists()
    for said in ("has to be a number alone", "“Stage” is required", "no organisation", "outside the district"):
        assert said in page, said
    for typed in ('value="很大"', 'value="91110105MA0000003X"', 'value="中建一局"', 'value="无此单位"'):
        assert typed in page, typed


def test_a_street_makes_entries_on_its_own_ground_alone_and_of_parents_that_it_sees(
    client_of: Callable[..., Client],
) -> None:
    site("别处工地", 2)
    street = client_of("street", "office-1")
    answer = street.post(f"/ledgers/{SITE}/new/", {**WHOLE, "area": "110105002", "parent": "别处工地"})
    assert answer.status_code == 422
    assert "须选在您所管的街乡或社区" in text(answer)
    assert "没有对象“别处工地”" in text(answer)
    street.post(f"/ledgers/{SITE}/new/", {**WHOLE, "longitude": "116.42", "latitude": "39.95"})
    assert Source.objects.get(name="金泰里二期").area_id == "110105001"


def test_a_border_that_crosses_itself_is_refused(client_of: Callable[..., Client]) -> None:
    bow = {
        "type": "Polygon",
        "coordinates": [[[116.42, 39.92], [116.43, 39.93], [116.43, 39.92], [116.42, 39.93], [116.42, 39.92]]],
    }
    page = text(client_of("duty").post(f"/ledgers/{SITE}/new/", {**WHOLE, "geometry": json.dumps(bow)}))
    assert "边界自相交" in page


def test_a_geometry_comes_from_a_file_in_a_named_datum(client_of: Callable[..., Client]) -> None:
    feature = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {}, "geometry": square(116.42, 39.92, 0.01)}],
    }
    file = SimpleUploadedFile("边界.geojson", json.dumps(feature).encode())
    client_of("duty").post(f"/ledgers/{SITE}/new/", {**WHOLE, "datum": "gcj02", "geometry_file": file})
    made = Source.objects.get()
    assert made.geometry
    east = made.geometry["coordinates"][0][0][0]
    assert 0.003 < 116.42 - east < 0.009  # GCJ-02 lies some 500 m east of WGS-84 here


def test_two_people_on_one_entry_the_second_sees_what_changed_beside_what_was_typed(
    client_of: Callable[..., Client], person: Callable[..., Person]
) -> None:
    made = site("金泰里二期", phone="13812342207")
    change_source(
        made, Values({"address": "新路"}, {"stage": "finishing"}), version=1, by=person("street", "office-1"), at=AT
    )
    duty = client_of("duty")
    typed = {
        **WHOLE,
        "version": "1",
        "address": made.address,
        "area": "110105001",
        "a.stage": "greening",
        "a.floor_area_m2": "7",
    }
    answer = duty.post(f"/ledgers/{SITE}/{made.code}/edit/", typed)
    page = text(answer)
    assert answer.status_code == 409
    assert "主体" in page
    assert "<b>装修</b>" in page
    assert "<b>绿化收尾</b>" in page
    assert 'value="新路"' in page  # an untouched field takes the new value
    assert 'name="version" value="2"' in page
    assert 'value="7"' in page
    answer = duty.post(f"/ledgers/{SITE}/{made.code}/edit/", {**typed, "version": "2", "address": "新路"})
    kept = Source.objects.get()
    assert answer.status_code == 302
    assert (kept.address, kept.attributes["stage"], kept.attributes["floor_area_m2"]) == ("新路", "greening", 7.0)
    assert kept.attributes["phone"] == "13812342207"  # a masked field that is left empty stays


def test_changes_of_different_fields_are_joined_without_a_word(
    client_of: Callable[..., Client], person: Callable[..., Person]
) -> None:
    made = site("金泰里二期")
    change_source(made, Values({"address": "新路"}), version=1, by=person("street", "office-1"), at=AT)
    typed = {**WHOLE, "version": "1", "address": made.address, "area": "110105001", "a.stage": "greening"}
    client_of("duty").post(f"/ledgers/{SITE}/{made.code}/edit/", typed)
    kept = Source.objects.get()
    assert (kept.address, kept.attributes["stage"]) == ("新路", "greening")


@pytest.mark.row("B18")
def test_what_is_known_of_an_enterprise_is_filled_in_with_its_origin_and_never_over_what_was_typed(
    client_of: Callable[..., Client],
) -> None:
    Organisation.objects.filter(pk="firm").update(credit_code=FIRM)
    add("mixing-plant", "某搅拌站", "working", own={"owner_id": "firm", "address": "王四营乡 7 号"}, company="某企业",
        credit_code=FIRM, phone="13812342207")  # fmt: skip
    duty = client_of("duty")
    typed = {"fill": "a.credit_code", "a.credit_code": FIRM, "name": "某砂石厂"}
    page = text(duty.post("/ledgers/sand-yard/new/", typed))
    assert 'value="王四营乡 7 号"' in page
    assert "来自 混凝土搅拌站 JB000001" in page
    assert 'name="a.company" value="某企业"' in page
    assert 'name="owner" value="某企业"' in page
    assert 'value="某砂石厂"' in page
    assert "13812342207" not in page
    page = text(duty.post("/ledgers/sand-yard/new/", {**typed, "address": "手填地址"}))
    assert 'value="手填地址"' in page
    assert "王四营乡 7 号" not in page
    page = text(duty.post("/ledgers/sand-yard/new/", {**typed, "a.credit_code": "91110105MA0000003X"}))
    assert "校验" in page


def test_pickers_find_organisations_and_entries_by_what_is_typed(client_of: Callable[..., Client]) -> None:
    site("金泰里二期")
    duty = client_of("duty")
    assert 'value="某企业"' in text(duty.get("/ledgers/pick/organisations/?owner=某企"))
    assert 'value="GD000001"' in text(duty.get("/ledgers/pick/sources/?parent=金泰"))
    assert text(duty.get("/ledgers/pick/sources/?parent=")).strip() == ""


# The full record ----------------------------------------------------------------------------------------------------


def test_the_full_record_shows_duties_history_twins_and_what_belongs_to_it(client_of: Callable[..., Client]) -> None:
    made = site("金泰里二期", above_size=True)
    site("金泰里二期")
    part = site("西区", 1)
    change_source(part, Values({"parent_id": made.pk}), version=1, by=None, at=AT)
    change_source(made, Values({}, {"stage": "finishing"}), version=1, by=None, at=AT, reason="月度核实")
    page = text(client_of("duty").get(f"/ledgers/{SITE}/{made.code}/"))
    for said in ("颗粒物在线监测", "第 11 条", "月度核实", "<del>主体</del> → <ins>装修</ins>", "可能重复", "西区"):
        assert said in page, said
    english = text(client_of("viewer").get(f"/ledgers/{SITE}/{made.code}/", headers={"accept-language": "en"}))
    assert "<del>structure</del> → <ins>finishing</ins>" in english


def test_states_move_along_the_kinds_moves_with_a_reason_where_one_is_asked(client_of: Callable[..., Client]) -> None:
    made = site("金泰里二期")
    duty = client_of("duty")
    page = text(duty.post(f"/ledgers/{SITE}/{made.code}/move/", {"end": "paused"}, follow=True))
    assert "须写明事由" in page
    duty.post(f"/ledgers/{SITE}/{made.code}/move/", {"end": "paused", "reason": "冬季停工"})
    assert Source.objects.get().state == "paused"


def test_a_doubled_entry_is_compared_and_merged(client_of: Callable[..., Client]) -> None:
    kept, doubled = site("金泰里二期"), site("金泰里二期", floor_area_m2=77.0)
    duty = client_of("duty")
    address = f"/ledgers/{SITE}/{kept.code}/merge/{doubled.code}/"
    assert "77" in text(duty.get(address))
    duty.post(address, {"reason": "重复登记"})
    assert Source.objects.get(pk=doubled.pk).merged_into == kept
    assert Source.objects.get(pk=kept.pk).attributes["floor_area_m2"] == 77.0
    page = text(duty.get(f"/ledgers/{SITE}/"))
    assert doubled.code not in page
    assert "此条目已并入" in text(duty.get(f"/ledgers/{SITE}/{doubled.code}/"))


@pytest.mark.parametrize("found", [b"", b"GIF89a", b"<html>", b"\x89PNG\r\n\x1a\nbroken", b"%PDF-1.7 without its end"])
def test_a_file_that_is_not_what_we_keep_is_refused(client_of: Callable[..., Client], found: bytes) -> None:
    made = site("金泰里二期")
    file = SimpleUploadedFile("照片.png", found, content_type="image/png")
    client_of("duty").post(f"/ledgers/{SITE}/{made.code}/files/", {"file": file})
    assert not Attachment.objects.exists()


@pytest.mark.row("S21")
def test_photographs_before_and_after_are_kept_by_their_hash_and_sent_as_downloads(
    client_of: Callable[..., Client], tmp_path: Path, settings: Any
) -> None:
    settings.DATA_DIR = tmp_path
    land = add("bare-land", "垡头北地块", "treated", area_m2=900.0)
    duty = client_of("duty")
    for purpose in ("photo-before", "photo-after"):
        file = SimpleUploadedFile("../地块.png", PICTURE.getvalue(), content_type="text/html")
        duty.post(f"/ledgers/bare-land/{land.code}/files/", {"file": file, "purpose": purpose})
    kept = list(Attachment.objects.order_by("pk"))
    assert [(one.name, one.media_type, one.purpose) for one in kept] == [
        ("地块.png", "image/png", "photo-before"),
        ("地块.png", "image/png", "photo-after"),
    ]
    address = f"/ledgers/bare-land/{land.code}/files/{kept[0].pk}/"
    answer = duty.get(address)
    assert answer.content == PICTURE.getvalue()
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "治理前照片" in text(duty.get(f"/ledgers/bare-land/{land.code}/"))
    assert client_of("street", "office-1").get(address).status_code == 200
    (tmp_path / kept[0].path).write_bytes(b"changed")
    assert duty.get(address).status_code == 409


# Exports and print ---------------------------------------------------------------------------------------------------


def test_exports_of_each_form_hold_the_filtered_rows_and_are_audited(client_of: Callable[..., Client]) -> None:
    site("金泰里二期")
    site("=小红门棚改", 2)
    duty = client_of("duty")
    rows = table(duty.get(f"/ledgers/{SITE}/export.csv"))
    assert rows[0][:3] == ["编码", "名称", "状态"]
    assert [row[1] for row in rows[1:3]] == ["金泰里二期", "'=小红门棚改"]  # no formula in anybody's spreadsheet
    assert "仅限工作使用" in rows[-1][0]
    features = json.loads(text(duty.get(f"/ledgers/{SITE}/export.geojson?area=110105001")))["features"]
    assert [one["properties"]["name"] for one in features] == ["金泰里二期"]
    assert features[0]["geometry"] == {"type": "Point", "coordinates": [116.45, 39.95]}
    answer = duty.get(f"/ledgers/{SITE}/export.xlsx?code=GD000001", headers={"accept-language": "en"})
    sheet = load_workbook(content(answer)).worksheets[0]
    found = list(sheet.iter_rows(values_only=True))
    assert found[1][:2] == ("Code", "Name")
    assert [row[1] for row in found[2:]] == ["金泰里二期"]
    answer = duty.get(f"/ledgers/{SITE}/export.parquet")
    columns = pq.read_table(content(answer))
    assert columns.column("area_m2").to_pylist() == [28600.0, 28600.0]
    assert duty.get(f"/ledgers/{SITE}/export.exe").status_code == 404
    verbs = [(one.verb, one.detail["format"]) for one in Entry.objects.filter(verb="source.exported").order_by("pk")]
    assert verbs == [("source.exported", form) for form in ("csv", "geojson", "xlsx", "parquet")] + verbs[4:]


def test_the_printed_table_has_the_official_title_and_room_for_who_signs(client_of: Callable[..., Client]) -> None:
    site("金泰里二期")
    page = text(client_of("duty").get(f"/ledgers/{SITE}/print/"))
    for said in ("施工工地扬尘治理台账", "填报人", "审核人", "日期", "金泰里二期", 'class="A3"'):
        assert said in page, said
