"""The twelve sections (导航) in four groups; a section whose page is not built yet is shown, but is no link."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Label = str | Promise


@dataclass(frozen=True)
class Page:
    """An entry of the navigation: its name and its path; demo: it is there in a demonstration only."""

    label: Label
    path: str
    demo: bool = False


@dataclass(frozen=True)
class Section:
    """One of the twelve: its pages, the first of which opens with it; ``prefix`` tells what lies inside."""

    label: Label
    prefix: str
    pages: tuple[Page, ...] = ()


GROUPS: tuple[tuple[Section, ...], ...] = (
    (Section(_("总览"), "/", (Page(_("全区一张图"), "/"), Page(_("指挥大屏"), "/wall/"))),),
    (
        Section(
            _("空气"),
            "/air/",
            (
                Page(_("监测站点"), "/air/stations/"),
                Page(_("年度评价"), "/air/evaluation/"),
                Page(_("沙尘认定"), "/air/sand-dust/"),
            ),
        ),
        Section(
            _("监测"),
            "/monitoring/",
            (
                Page(_("实时监测"), "/monitoring/"),
                Page(_("设备"), "/monitoring/devices/"),
                Page(_("联网质量"), "/monitoring/links/"),
                Page(_("隔离区"), "/monitoring/quarantine/"),
                Page(_("维护窗口"), "/monitoring/maintenance/"),
                Page(_("反控命令"), "/monitoring/commands/"),
                Page(_("数据上传"), "/monitoring/push/"),
                Page(_("数据导入"), "/monitoring/import/"),
                Page(_("模拟器"), "/monitoring/simulator/", demo=True),
            ),
        ),
        Section(
            _("报警"),
            "/alarms/",
            (
                Page(_("全部报警"), "/alarms/"),
                Page(_("报警规则"), "/alarms/rules/"),
                Page(_("规则准确率"), "/alarms/precision/"),
            ),
        ),
        Section(
            _("案件"),
            "/cases/",
            (
                Page(_("我的环节"), "/cases/"),
                Page(_("全部案件"), "/cases/all/"),
                Page(_("街乡与部门"), "/cases/boards/"),
                Page(_("逾期与时长"), "/cases/overdue/"),
                Page(_("惩戒登记"), "/cases/sanctions/"),
                Page(_("措施目录"), "/cases/measures/"),
                Page(_("案件类型"), "/cases/types/"),
                Page(_("投诉受理"), "/complaints/"),
                Page(_("投诉看板"), "/complaints/board/"),
                Page(_("工单导入"), "/complaints/import/"),
            ),
        ),
        Section(
            _("检查"),
            "/inspections/",
            (
                Page(_("检查总览"), "/inspections/"),
                Page(_("检查记录"), "/inspections/all/"),
                Page(_("检查计划"), "/inspections/plans/"),
                Page(_("专项行动"), "/inspections/campaigns/"),
                Page(_("双随机抽取"), "/inspections/draws/"),
                Page(_("抽样检测"), "/inspections/samples/"),
                Page(_("一次入户"), "/inspections/visits/"),
                Page(_("入户负担"), "/inspections/burden/"),
                Page(_("查处率与覆盖"), "/inspections/rates/"),
                Page(_("手机巡查"), "/patrol/"),
            ),
        ),
    ),
    (
        Section(
            _("台账"),
            "/ledgers/",
            (
                Page(_("台账总览"), "/ledgers/"),
                Page(_("应有清单"), "/ledgers/duties/"),
                Page(_("台账指标"), "/ledgers/figures/"),
                Page(_("台账变更通知"), "/ledgers/notices/"),
                Page(_("证照标识"), "/ledgers/credentials/"),
                Page(_("机械备案"), "/ledgers/machinery/"),
                Page(_("机械核查"), "/ledgers/machinery/check/"),
                Page(_("门口核查"), "/ledgers/gate/"),
                Page(_("告知书核查"), "/ledgers/safety-notice/"),
                Page(_("排污许可"), "/ledgers/permits/"),
                Page(_("登记核查"), "/ledgers/registration/"),
                Page(_("车辆淘汰"), "/ledgers/scrappage/"),
                Page(_("餐饮处罚"), "/ledgers/ratings/"),
                Page(_("项目准入"), "/ledgers/projects/"),
                Page(_("充电半径"), "/ledgers/charging/"),
                Page(_("检索"), "/search/"),
            ),
        ),
        Section(_("应急"), "/emergency/"),
        Section(
            _("计划"),
            "/plan/",
            (
                Page(_("条文与任务"), "/plan/articles/"),
                Page(_("任务台账"), "/plan/tasks/"),
                Page(_("本部门"), "/plan/department/"),
                Page(_("挂图作战"), "/plan/wall/"),
                Page(_("日历"), "/plan/calendar/"),
                Page(_("资金"), "/plan/money/"),
                Page(_("宣传教育"), "/plan/publicity/"),
                Page(_("能力"), "/plan/capacity/"),
                Page(_("计划文本"), "/plan/texts/"),
            ),
        ),
        Section(
            _("考核"),
            "/assessment/",
            (
                Page(_("周排名"), "/assessment/"),
                Page(_("月度排名"), "/assessment/rankings/"),
                Page(_("通报"), "/assessment/bulletins/"),
                Page(_("季度调度"), "/assessment/reviews/"),
                Page(_("年度考核"), "/assessment/schemes/"),
                Page(_("督察整改"), "/assessment/rectification/"),
                Page(_("问责"), "/assessment/accountability/"),
            ),
        ),
    ),
    (
        Section(
            _("公众"),
            "/public/",
            (
                Page(_("网上举报"), "/public/complaint/"),
                Page(_("抽查公示"), "/public/draws/"),
                Page(_("抽检不合格公示"), "/public/samples/"),
            ),
        ),
        Section(
            _("系统"),
            "/system/",
            (
                Page(_("标准与限值"), "/system/standards/"),
                Page(_("责任体系"), "/system/responsibility/"),
                Page(_("值班表"), "/system/roster/"),
                Page(_("请假与代理"), "/system/leave/"),
                Page(_("人员"), "/system/people/"),
                Page(_("单位"), "/system/organisations/"),
                Page(_("区域"), "/system/areas/"),
                Page(_("安全管理"), "/system/security/people/"),
                Page(_("通知与渠道"), "/system/notices/"),
                Page(_("审计日志"), "/system/audit/"),
                Page(_("证据锚"), "/system/audit/anchors/"),
                Page(_("热线对接"), "/system/hotlines/"),
                Page(_("部件"), "/system/components/"),
                Page(_("管理后台"), "/system/admin/"),
            ),
        ),
    ),
)


@dataclass(frozen=True)
class Link:
    """A page that the reader may open; ``current`` when it is the one shown."""

    label: Label
    path: str
    current: bool


@dataclass(frozen=True)
class Entry:
    """A section as the shell draws it."""

    label: Label
    links: list[Link] = field(default_factory=list)
    open: bool = False

    @property
    def path(self) -> str | None:
        """The section's first page, or None when there is none that the reader may open."""
        return self.links[0].path if self.links else None


def _everything(request: HttpRequest, path: str) -> bool:
    return True


# Hook: whether the reader may open a path. Accounts fill it through project/wiring.py.
may_open: list[Callable[[HttpRequest, str], bool]] = [_everything]


def _no_pages(request: HttpRequest) -> tuple[Page, ...]:
    return ()


# Hook: further pages of a section while it is open, by its prefix, such as the ledgers of the pack.
more_pages: dict[str, Callable[[HttpRequest], tuple[Page, ...]]] = {}


def exists(path: str) -> bool:
    """Tell whether a path leads to a page."""
    return view_at(path) is not None


@lru_cache(maxsize=1024)
def view_at(path: str) -> str | None:
    """Return the name of the view that a path leads to; the shell asks for the same paths on every page."""
    try:
        return resolve(path).view_name
    except Resolver404:
        return None


def navigation(request: HttpRequest) -> list[list[Entry]]:
    """Return the groups of sections for one reader."""
    return [[_entry(section, request) for section in group] for group in GROUPS]


def _holds(section: Section, page: Page, path: str) -> bool:
    """Tell whether a path is a page of a section, or lies under one whose own address is outside the section's."""
    return path == page.path or (not page.path.startswith(section.prefix) and path.startswith(page.path))


def _entry(section: Section, request: HttpRequest) -> Entry:
    is_open = request.path == "/" if section.prefix == "/" else request.path.startswith(section.prefix)
    is_open = is_open or any(_holds(section, page, request.path) for page in section.pages)
    more = more_pages.get(section.prefix, _no_pages)(request) if is_open else ()
    links = [
        Link(page.label, page.path, page.path == request.path or (page in more and request.path.startswith(page.path)))
        for page in (*section.pages[:1], *more, *section.pages[1:])
        if (settings.DEMO or not page.demo) and exists(page.path) and may_open[-1](request, page.path)
    ]
    return Entry(section.label, links, is_open)
