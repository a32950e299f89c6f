"""Imports through the page: upload, dry run, import, returned workbook; and every kind of bad input, each answered."""

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from lantian.apps.accounts.models import Person
from lantian.apps.ledger.models import LedgerImport, Source
from lantian.apps.ledger.services.demo import fill_ledgers
from lantian.apps.ledger.views import imports as views
from tests.ledger.conftest import AT
from tests.ledger.sheets import SITE_HEADS, site_row, sites, workbook

pytestmark = pytest.mark.django_db
PAGE = "/ledgers/construction-site/import/"


@pytest.fixture
def client_of(person: Callable[..., Person], tmp_path: Path, settings: Any) -> Callable[..., Client]:
    settings.DATA_DIR = tmp_path / "data"

    def make(role: str = "duty", organisation: str = "environment") -> Client:
        client = Client()
        client.force_login(person(role, organisation))
        return client

    return make


def upload(client: Client, path: Path, page: str = PAGE, **more: str) -> Any:
    file = SimpleUploadedFile(path.name, path.read_bytes())
    return client.post(page, {"file": file, **more}, follow=True)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def english(client: Client) -> Client:
    client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


@pytest.mark.row("B18")
def test_a_sheet_goes_in_by_a_dry_run_and_what_does_not_fit_comes_back_marked(
    client_of: Callable[..., Client], tmp_path: Path
) -> None:
    client = client_of()
    tried = upload(client, sites(tmp_path / "a.xlsx", {}, {"施工许可证号": "GS-2", "施工阶段": "打桩"}))
    assert "导入无误的 1 条" in text(tried)
    assert "打桩" in text(tried)
    assert not Source.objects.exists()
    entry = LedgerImport.objects.get()
    done = client.post(f"/ledgers/imports/{entry.pk}/", {"act": "import"}, follow=True)
    assert "下载退回表（1 行" in text(done)
    assert Source.objects.get().name == "金泰里二期"
    back = client.get(f"/ledgers/imports/{entry.pk}/returned.xlsx")
    sheet = load_workbook(io.BytesIO(b"".join(back))).worksheets[0]
    assert "施工阶段" in str(sheet.cell(2, 10).value)
    again = client.post(f"/ledgers/imports/{entry.pk}/", {"act": "import"}, follow=True)
    assert "已处理" in text(again)


def test_a_file_can_be_dropped_after_the_dry_run(client_of: Callable[..., Client], tmp_path: Path) -> None:
    client = client_of()
    upload(client, sites(tmp_path / "a.xlsx", {}))
    answer = client.post(f"/ledgers/imports/{LedgerImport.objects.get().pk}/", {"act": "drop"}, follow=True)
    assert "已放弃" in text(answer)
    assert not LedgerImport.objects.exists()
    assert not list((tmp_path / "data" / "ledger-imports").iterdir())


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_template_is_sent_in_the_readers_language(client_of: Callable[..., Client], language: str) -> None:
    client = client_of()
    client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = language
    answer = client.get("/ledgers/vehicle/template.xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert sheet.cell(1, 5).value == ("Plate *" if language == "en" else "号牌号码 *")


def test_others_imports_stay_hidden_and_those_who_keep_no_ledger_cannot_import(
    client_of: Callable[..., Client], tmp_path: Path
) -> None:
    upload(client_of(), sites(tmp_path / "a.xlsx", {}))
    number = LedgerImport.objects.get().pk
    assert client_of("street", "office-1").get(f"/ledgers/imports/{number}/").status_code == 404
    assert client_of("viewer").get(PAGE).status_code == 403
    assert client_of("enterprise", "firm").post(PAGE).status_code == 403
    assert client_of("bureau", "transport").get(PAGE).status_code == 403  # not the department of this ledger


def test_progress_is_shown_while_the_worker_imports(client_of: Callable[..., Client], tmp_path: Path) -> None:
    client = client_of()
    upload(client, sites(tmp_path / "a.xlsx", {}))
    entry = LedgerImport.objects.get()
    LedgerImport.objects.update(state="running", options={"progress": 0.5})
    page = client.get(f"/ledgers/imports/{entry.pk}/", headers={"HX-Request": "true"})
    assert "50 %" in text(page)
    assert "<html" not in text(page)


def test_a_failed_import_says_so(client_of: Callable[..., Client], tmp_path: Path) -> None:
    client = client_of()
    upload(client, sites(tmp_path / "a.xlsx", {}))
    entry = LedgerImport.objects.get()
    Path(entry.path).write_bytes(b"gone bad")
    answer = client.post(f"/ledgers/imports/{entry.pk}/", {"act": "import"}, follow=True)
    assert "已损坏" in text(answer)


def test_forgotten_uploads_are_swept(
    client_of: Callable[..., Client], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of()
    upload(client, sites(tmp_path / "a.xlsx", {}))
    monkeypatch.setattr(views, "_FORGOTTEN_S", -1)
    upload(client, sites(tmp_path / "a.xlsx", {}))
    assert LedgerImport.objects.count() == 1


@pytest.mark.parametrize(("language", "form"), [("zh-hans", "xlsx"), ("en", "xlsx"), ("zh-hans", "csv")])
def test_what_was_exported_can_be_imported_and_changes_nothing(
    client_of: Callable[..., Client], tmp_path: Path, language: str, form: str
) -> None:
    fill_ledgers(at=AT, share=0.01)
    client = client_of()
    client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = language
    for name in ("construction-site", "restaurant", "road-section", "charging-site", "vehicle"):
        answer = client.get(f"/ledgers/{name}/export.{form}")
        (tmp_path / f"a.{form}").write_bytes(b"".join(answer))
        upload(client, tmp_path / f"a.{form}", f"/ledgers/{name}/import/")
        entry = LedgerImport.objects.latest("pk")
        count = Source.objects.of_kind(name).count()
        assert (name, entry.problems, entry.unchanged, entry.updated) == (name, [], count, 0)


# -- bad input: each has a clear answer in both languages and loses nothing ------------------------------------------


def merged(path: Path) -> Path:
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, SITE_HEADS)
    sheet.write_row(1, 0, site_row())
    sheet.write_row(2, 0, site_row(名称="乙", 施工许可证号="GS-2"))
    sheet.merge_range(1, 3, 2, 3, "中建三局")
    book.close()
    return path


def hidden(path: Path) -> Path:
    book = xlsxwriter.Workbook(path)
    sheet, old = book.add_worksheet("台账"), book.add_worksheet("旧数据")
    for page in (sheet, old):
        page.write_row(0, 0, SITE_HEADS)
        page.write_row(1, 0, site_row())
    old.hide()
    book.close()
    return path


def formulas(path: Path) -> Path:
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, SITE_HEADS)
    sheet.write_row(1, 0, site_row())
    sheet.write_formula(1, 5, "=2*14300", None, 28600)
    book.close()
    return path


def dates(path: Path) -> Path:
    return sites(path, {"施工周期起": "２０１９年３月１日"}, {"施工许可证号": "GS-2", "施工周期起": 43525})


def blanks(path: Path) -> Path:
    return sites(path, {"名称": " 金泰里二期　", "占地面积": "２８，６００"})


@pytest.mark.row("S33")
@pytest.mark.parametrize(
    ("make", "zh", "en", "stored"),
    [
        (merged, "合并单元格", "Merged cells", {"builder": "中建三局"}),
        (hidden, "隐藏的工作表未读：旧数据", "Hidden sheets were not read", {"builder": "中建一局"}),
        (formulas, "公式按文件中保存的计算结果读取：F2", "Formulas were read", {"area_m2": 28600.0}),
        (dates, "新增", "Created", {"cycle_start": "2019-03-01"}),
        (blanks, "新增", "Created", {"area_m2": 28600.0}),
    ],
)
def test_what_sheets_do_is_mended_said_and_stored(
    client_of: Callable[..., Client],
    tmp_path: Path,
    make: Callable[[Path], Path],
    zh: str,
    en: str,
    stored: dict[str, Any],
) -> None:
    client = client_of()
    assert zh in text(upload(client, make(tmp_path / "a.xlsx")))
    entry = LedgerImport.objects.get()
    assert en in text(english(client).get(f"/ledgers/imports/{entry.pk}/"))
    client.post(f"/ledgers/imports/{entry.pk}/", {"act": "import"})
    made = list(Source.objects.all())
    assert made[0].name == "金泰里二期"
    assert all(stored.items() <= source.attributes.items() for source in made)
    assert LedgerImport.objects.get().refused == 0


@pytest.mark.row("S33")
@pytest.mark.parametrize(
    ("page", "heads", "row", "zh", "en"),
    [
        (
            "/ledgers/vehicle/import/",
            ("号牌号码", "车辆类别", "能源类型", "注册登记日期"),
            ("京O1234", "公交", "纯电动", "2019-01-01"),
            "不符合编排规则",
            "does not follow the pattern",
        ),
        (
            "/ledgers/enterprise/import/",
            ("名称", "统一社会信用代码", "行业"),
            ("甲厂", "91350100M000100Y44", "机械"),
            "第 18 位校验码应为 3",
            "should be 3",
        ),
    ],
)
def test_wrong_plates_and_check_digits_are_named_at_their_row(
    client_of: Callable[..., Client], tmp_path: Path, page: str, heads: Any, row: Any, zh: str, en: str
) -> None:
    client = client_of()
    assert zh in text(upload(client, workbook(tmp_path / "a.xlsx", [heads, row]), page))
    assert en in text(english(client).get(f"/ledgers/imports/{LedgerImport.objects.get().pk}/"))


def polygon(*ring: tuple[float, float]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[list(spot) for spot in (*ring, ring[0])]]}


@pytest.mark.row("S13")
@pytest.mark.parametrize(
    ("geometry", "zh", "en"),
    [
        (
            polygon((116.45, 39.95), (116.46, 39.96), (116.46, 39.95), (116.45, 39.96)),
            "边界自相交",
            "not valid",
        ),
        (polygon((121.4, 31.2), (121.5, 31.2), (121.5, 31.3)), "不在本区范围内", "outside the district"),
        (polygon((39.95, 116.45), (39.96, 116.45), (39.96, 116.46)), "写反", "swapped"),
        ({"type": "LineString", "coordinates": [[116.45, 39.95], [116.46, 39.95]]}, "图形类型", "it has to be"),
    ],
)
def test_wrong_polygons_are_named_at_their_row(
    client_of: Callable[..., Client], tmp_path: Path, geometry: dict[str, Any], zh: str, en: str
) -> None:
    client = client_of()
    properties = {"名称": "地块", "裸地类型": "闲置地块", "面积": 900, "责任主体": "某公司", "排查日期": "2019-05-01"}
    path = tmp_path / "a.geojson"
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    assert zh in text(upload(client, path, "/ledgers/bare-land/import/"))
    assert en in text(english(client).get(f"/ledgers/imports/{LedgerImport.objects.get().pk}/"))


@pytest.mark.parametrize(
    ("name", "content", "zh"),
    [
        ("a.xlsx", b"\x89PNG\r\n\x1a\n", "已损坏或不是 .xlsx"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "不能导入 .xls 文件"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0 locked", "打开密码"),
        ("a.csv", b"", "空"),
        ("a.csv", "甲,乙\n1,2\n".encode("gbk"), "没有找到表头"),
        ("a.kml", b'<!DOCTYPE k [<!ENTITY a "b">]><kml>&a;</kml>', "实体"),
        ("a.zip", b"PK no zip", "压缩包已损坏"),
        ("a.geojson", b"{", "不是有效的 GeoJSON"),
    ],
)
def test_files_that_are_not_what_they_are_called_are_refused_with_a_sentence(
    client_of: Callable[..., Client], tmp_path: Path, name: str, content: bytes, zh: str
) -> None:
    (tmp_path / name).write_bytes(content)
    answer = upload(client_of(), tmp_path / name)
    assert answer.status_code == 400
    assert zh in re.sub(r"<[^>]+>", "", text(answer))
    assert not LedgerImport.objects.exists()


def test_no_file_and_too_large_a_file_are_refused(
    client_of: Callable[..., Client], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of()
    assert "请选择文件" in text(client.post(PAGE, {}))
    monkeypatch.setattr(views, "LARGEST", 10)
    assert "请分成几份" in text(upload(client, sites(tmp_path / "a.xlsx", {})))
