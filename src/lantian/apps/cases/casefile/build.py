"""Build the case file: cover, index with page numbers, history, measures, evidence with hashes, pictures and papers.

Pictures are shown smaller than they are; the originals stand under the hashes in the list. PDF pages are set as they
are. What cannot be read, or no longer fits its hash, is listed and said, never left out silently.
"""

import io
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from PIL import Image, ImageOps

from lantian.apps.accounts.models import Person
from lantian.apps.alarms.selectors.words import words
from lantian.apps.cases.models import Case, Evidence, Measure, Paper
from lantian.apps.cases.rules import measure_rules, type_of
from lantian.apps.cases.selectors.page import history_of
from lantian.apps.cases.services.errors import CaseActError
from lantian.apps.cases.services.evidence import content_of
from lantian.apps.cases.services.known import About, cited, known
from lantian.apps.cases.services.measures import holder_of, record_of
from lantian.apps.cases.services.papers import bytes_of, page_count
from lantian.apps.cases.services.wording import KINDS
from lantian.apps.ui.official.faces import chosen, folders
from lantian.kernel.instants import BEIJING, day_of

TEMPLATE = Path(__file__).parent / "casefile.typ"
LARGEST_SIDE = 1600
MOST_PAGES = 120
"""Pages of one attached PDF that are set; a longer one is listed."""
_compiled: Callable[..., Any] = typst.compile


def case_file(case: Case, now: datetime, by: Person | None = None) -> bytes:
    """Return the case file as PDF; the same case at the same moment for the same person gives the same bytes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / TEMPLATE.name).write_bytes(TEMPLATE.read_bytes())
        data = json.dumps(facts(case, now, folder, by), ensure_ascii=False)
        made = _compiled(
            str(folder / TEMPLATE.name), root=str(folder), format="pdf", font_paths=folders(),
            sys_inputs={"data": data}, timestamp=int(now.timestamp()),
        )  # fmt: skip
        return bytes(made)


def facts(case: Case, now: datetime, folder: Path, by: Person | None = None) -> dict[str, Any]:
    """Return what the template sets; pictures and PDF pages are put into the folder beside it."""
    about, evidence = About(case, case.measures.last(), now), list(case.evidence.select_related("by", "alarm"))
    values, issuer, faces = known(about), holder_of(case), chosen()
    cover = [
        ("案件类型", type_of(case).zh), ("当事人", values.get("party", "—")), ("对象", values.get("object", "—")),
        ("街乡", words().area(case.area_code).zh), ("立案日期", str(day_of(case.opened_at))),
        ("办结日期", str(day_of(case.closed_at)) if case.closed_at else "未办结"),
    ]  # fmt: skip
    return {
        "issuer": issuer.paper_name if issuer else "", "title": case.title, "number": case.number, "cover": cover,
        "made": f"{_moment(now)} 自系统生成" + (f"，导出人 {by.name_zh}（{by.username}）" if by else ""),
        "faces": faces,
        "own-latin": not faces["Times New Roman"].startswith("Noto "),
        "parts": [
            {"title": "一、案情", "kind": "pairs", "rows": _summary(case, values)},
            {"title": "二、办理经过", "kind": "table", **_history(case)},
            {"title": "三、措施与期限", "kind": "measures", "items": [_measure(one) for one in case.measures.all()]},
            {"title": "四、证据清单", "kind": "table", **_listed(evidence)},
            {"title": "五、现场照片", "kind": "photos", "items": _photos(evidence, folder)},
            {"title": "六、文书", "kind": "papers", "items": _papers(case, folder)},
            {"title": "七、书证", "kind": "papers", "items": _documents(evidence, folder)},
        ],
    }  # fmt: skip


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}"


def _summary(case: Case, values: Mapping[str, str]) -> list[tuple[str, str]]:
    rows = [
        ("案由", case.title), ("事实", case.facts or "—"), ("来源", Case.Origin(case.origin).value),
        ("发生时间", values.get("happened", "")), ("移送单位", values.get("sender", "—")),
        ("属地街乡", values.get("street_office", "—")), ("检查情况", values.get("found", "—")),
        ("办理结果", values.get("result", "—")),
    ]  # fmt: skip
    origins = {"alarm": "报警", "lead": "部门移送", "call": "街乡吹哨", "case": "另案", "own": "自行发现"}
    return [(label, origins.get(value, value) if label == "来源" else value) for label, value in rows]


def _history(case: Case) -> dict[str, Any]:
    rows = [
        (
            _moment(one.entry.at), "；".join(part for part in (one.title.zh, *one.told) if part), one.entry.reason,
            one.entry.by.name_zh if one.entry.by else "系统", one.citation.zh, one.entry.hash[:12],
        )
        for one in reversed(history_of(case, type_of(case)))
    ]  # fmt: skip
    columns = ("时间", "事项", "说明", "经办", "依据", "散列")
    return {"columns": columns, "rows": rows, "widths": (2.3, 3.4, 4.0, 1.9, 2.6, 2.5)}


def _measure(measure: Measure) -> dict[str, Any]:
    record = record_of(measure)
    about = About(measure.case, measure, measure.opened_at)
    values = known(about)
    rows = [
        ("依据", cited(record)), ("当事人", measure.party), ("事实与理由", measure.reason),
        ("金额（元）", values.get("amount", "")), ("裁量", values.get("discretion", "")),
        ("偏离建议的理由", measure.deviation), ("按日计算", values.get("arithmetic", "")),
        ("期限", f"{measure.first} 至 {measure.last or '解除时'}" if measure.first else ""),
        ("加处罚款（元）", str(measure.surcharge) if measure.surcharge else ""),
    ]  # fmt: skip
    steps = measure.case.history.filter(kind="measure", detail__measure=measure.pk).select_related("by")
    taken = [
        (_moment(one.at), str(one.detail.get("zh", "")), one.reason, one.by.name_zh if one.by else "系统")
        for one in steps
    ]
    return {
        "title": record.zh, "rows": [row for row in rows if row[1]],
        "steps": {"columns": ("时间", "步骤", "说明", "经办"), "rows": taken, "widths": (2.2, 4, 4, 1.6)},
        "clocks": _clocks(measure),
    }  # fmt: skip


OUTCOMES = {"used": "已行使", "waived": "已放弃", "expired": "期满未行使", "done": "已办", "over": "终止", "": "进行中"}


def _clocks(measure: Measure) -> dict[str, Any]:
    rows = [
        (
            measure_rules().deadline(one.deadline, day_of(one.started_at)).zh, _moment(one.started_at),
            _moment(one.due_at), OUTCOMES[one.outcome], one.text,
        )
        for one in measure.clocks.all()
    ]  # fmt: skip
    return {"columns": ("期限", "起算", "止于", "结果", "内容"), "rows": rows, "widths": (2.6, 2.2, 2.2, 1.6, 3.6)}


def _listed(evidence: Sequence[Evidence]) -> dict[str, Any]:
    rows = [
        (
            str(number), one.name, KINDS[one.kind], _moment(one.at), one.by.name_zh if one.by else "系统",
            f"{one.size:,}" if one.size else "—", _breakable(one.sha256 or str(one.detail.get("snapshot", "—"))),
        )
        for number, one in enumerate(evidence, 1)
    ]  # fmt: skip
    columns = ("序号", "名称", "类别", "取得时间", "取证人", "字节", "SHA-256 或数据快照")
    return {"columns": columns, "rows": rows, "widths": (0.9, 2.6, 1.4, 2.2, 1.4, 1.4, 5.2)}


def _breakable(digest: str) -> str:
    """Let a digest go on in a second line after its half."""
    return f"{digest[:32]}\u200b{digest[32:]}" if len(digest) > 32 else digest


def _photos(evidence: Sequence[Evidence], folder: Path) -> list[dict[str, Any]]:
    items = []
    for one in evidence:
        if one.kind != Evidence.Kind.PHOTO:
            continue
        try:
            picture = _smaller(content_of(one))
        except (CaseActError, OSError) as error:
            reason = error.text.zh if isinstance(error, CaseActError) else "图片不能读取。"
            picture = _blank()
            items.append(_picture(one, picture, folder, reason))
        else:
            items.append(_picture(one, picture, folder, one.note))
    return items


def _picture(one: Evidence, content: bytes, folder: Path, note: str) -> dict[str, Any]:
    name = f"photo-{one.pk}.jpg"
    (folder / name).write_bytes(content)
    who = one.by.name_zh if one.by else "系统"
    return {
        "title": one.name,
        "file": name,
        "note": f"{_moment(one.at)} · {who} · {one.sha256[:16]}… · {note}".rstrip(" ·"),
    }


def _smaller(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content)) as opened:
        upright = ImageOps.exif_transpose(opened).convert("RGB")
        upright.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
        return _jpeg(upright)


def _blank() -> bytes:
    return _jpeg(Image.new("RGB", (320, 90), (236, 239, 243)))


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


def _papers(case: Case, folder: Path) -> list[dict[str, Any]]:
    items = []
    for paper in Paper.objects.filter(case=case, issued_at__isnull=False).order_by("issued_at", "pk"):
        try:
            content: bytes | None = bytes_of(paper, "pdf")
        except CaseActError:
            content = None
        title = f"《{paper.title}》{paper.number}"
        items.append(_pages(f"paper-{paper.pk}.pdf", title, content, paper.pdf_sha256, folder))
    return items


def _documents(evidence: Sequence[Evidence], folder: Path) -> list[dict[str, Any]]:
    items = []
    for one in evidence:
        if one.media_type != "application/pdf":
            continue
        try:
            content: bytes | None = content_of(one)
        except CaseActError:
            content = None
        items.append(_pages(f"document-{one.pk}.pdf", one.name, content, one.sha256, folder))
    return items


def _pages(name: str, title: str, content: bytes | None, digest: str, folder: Path) -> dict[str, Any]:
    """Put a PDF beside the template and say how many of its pages are set."""
    pages = 0
    if content is not None:
        (folder / name).write_bytes(content)
        pages = _readable(folder, name, page_count(content))
    wrong = "" if pages else "文件不在、已被改动或不能并入，未附页；以校验值为准。"
    return {"title": title, "file": name, "pages": pages, "note": f"{wrong}SHA-256 {digest}"}


def _readable(folder: Path, name: str, guess: int) -> int:
    """Return how many pages of a PDF can be set: the guess where its last page is there and no more, else counted."""
    if 0 < guess <= MOST_PAGES and _loads(folder, name, guess) and not _loads(folder, name, guess + 1):
        return guess
    count = 0
    while count <= MOST_PAGES and _loads(folder, name, count + 1):
        count += 1
    return count if count <= MOST_PAGES else 0


def _loads(folder: Path, name: str, page: int) -> bool:
    probe = folder / "probe.typ"
    probe.write_text(f'#image("{name}", page: {page}, width: 10mm)')
    try:
        _compiled(str(probe), root=str(folder), format="svg")
    except typst.TypstError:
        return False
    return True
