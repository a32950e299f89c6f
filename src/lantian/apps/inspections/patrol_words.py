"""The texts of the patrol pages (巡查手机页), in both languages, for they are chosen and shown without a network."""

from django.utils.translation import gettext as _
from django.utils.translation import override


def patrol_words() -> dict[str, dict[str, str]]:
    """Return the texts by language and key; ``{n}`` is a place that the page fills."""
    found = {}
    for name, language in (("zh", "zh-hans"), ("en", "en")):
        with override(language):
            found[name] = _frame() | _lists() | _checks() | _steps() | _queue() | _troubles()
    return found


def _frame() -> dict[str, str]:
    return {
        "lantian": _("蓝天"),
        "title": _("今日巡查"),
        "back": _("返回"),
        "menu": _("菜单"),
        "nobody": _("未登录"),
        "desk": _("完整网页（需联网）"),
        "leave": _("退出并换人"),
        "sign_in": _("登录"),
        "asking": _("正在联系服务器…"),
        "retry": _("重试"),
        "look": _("查看"),
        "units": _("天 时 分"),
        "comma": _("，"),
        "list_comma": _("、"),
        "synced": _("末次同步 {time}"),
        "never_synced": _("尚未同步"),
        "all_sent": _("全部已传"),
        "offline": _("离线"),
        "offline_waiting": _("离线，{n} 项待传"),
        "online_waiting": _("{n} 项待传"),
        "sending": _("上传中，还有 {n} 项"),
        "stuck": _("{n} 项未能上传，需要您处理"),
        "session_over": _("登录已过期；{n} 项留在本机，登录后继续上传"),
        "other_person": _("此浏览器已由他人登录；您的 {n} 项留在本机"),
        "no_right": _("您的岗位不能使用巡查页。"),
        "first_online": _("首次使用请先联网登录。"),
        "sign_in_first": _("请先登录；登录后即使断网也能巡查。"),
        "not_able": _("此浏览器不能离线保存。请用 HTTPS 地址，在较新的 Chrome、Edge、Safari 或 Firefox 中打开。"),
        "leave_keeping": _("本机还有 {n} 项未传完。退出后仍留在本机，您再登录时继续上传。现在退出？"),
        "leave_wiping": _("全部已在服务器。退出将清除您在本机的巡查记录。现在退出？"),
    }


def _lists() -> dict[str, str]:
    return {
        "stops": _("今日站点"),
        "no_day": _("本机还没有今日清单。"),
        "no_day_help": _("联网后自动取得，之后断网也能用。"),
        "empty_day": _("今日没有排定的检查。"),
        "others": _("另查一处"),
        "others_count": _("本机有 {n} 项可查"),
        "no_entry_known": _("台账以外的地点"),
        "none_found": _("没有相符的对象。"),
        "more_found": _("还有 {n} 项，请输入名称或编码缩小范围。"),
        "search": _("按名称、编码或检查表查找"),
        "sample": _("示例数据"),
        "saved_here": _("填写的内容和照片随时存入本机，断网、关页都不会丢。"),
        "step_of": _("{kind}：{step}"),
        "filled": _("已填 {n}/{all}"),
        "items": _("{n} 项"),
        "done_at": _("{time} 存入"),
        "done_by": _("{name}已检"),
        "until": _("{time} 止"),
        "left": _("剩 {span}"),
        "late": _("逾期 {span}"),
        "paused": _("时限暂停"),
        "no_clock": _("无时限"),
        "own_choice": _("计划外"),
        "lamp_g": _("未到期"),
        "lamp_y": _("今日止"),
        "lamp_r": _("逾期"),
    }


def _checks() -> dict[str, str]:
    return {
        "arrived": _("{time} 开始"),
        "error": _("定位误差 {n} m"),
        "no_place": _("无定位"),
        "far_from": _("距台账位置 {far}"),
        "past": _("以往检查 {n} 次"),
        "no_past": _("没有以往检查记录。"),
        "past_unknown": _("计划外对象，本机没有以往记录。"),
        "failed": _("不合格：{list}"),
        "no_checklist": _("此项没有可用的检查表，请联网刷新。"),
        "pass": _("达标"),
        "fail": _("不达"),
        "na": _("无关"),
        "what_is_wrong": _("写明哪里不达标"),
        "remark": _("总的说明"),
        "whole": _("全景与说明"),
        "not_let_in": _("未能进入，未能检查"),
        "where_it_is": _("检查地点（必填）"),
        "say_where": _("请写明检查地点。"),
        "photo": _("拍照"),
        "photo_for": _("拍第 {n} 项"),
        "take_photo": _("拍照"),
        "one_more": _("再拍一张"),
        "take_again": _("重拍"),
        "drop_photo": _("删除这张照片"),
        "photo_of": _("{time} 拍的照片"),
        "photo_wanted": _("此项须有照片，还差 {n} 张"),
        "least": _("整次检查至少 {n} 张照片"),
        "unanswered": _("第 {n} 项未答。"),
        "needs_photo": _("第 {n} 项须有照片。"),
        "retake_first": _("有照片已不在本机，请先重拍。"),
        "clear": _("放弃此表"),
        "clear_sure": _("放弃已填内容和未传照片？不能恢复。"),
        "save_passed": _("存入本机"),
        "save_failed": _("存入本机，{n} 项不达标"),
        "kept_here": _("已存入本机，联网即上传。"),
    }


def _steps() -> dict[str, str]:
    return {
        "photos": _("现场照片"),
        "what_was_found": _("现场情况（必填）"),
        "where": _("地点"),
        "with_photo": _("须附照片"),
        "at_desk": _("有法律效力的决定请在电脑上办理。"),
        "step_gone": _("此环节在服务器上已办毕或已移交，不必再办。"),
        "save": _("存入本机"),
        "save_as": _("存入本机：{outcome}"),
        "choose_outcome": _("请选择结果。"),
        "step_needs_photo": _("此结果须附照片。"),
        "say_what": _("请写明现场情况。"),
    }


def _queue() -> dict[str, str]:
    return {
        "queue": _("待传与已传"),
        "queue_help": _("只有服务器返回同一校验值，才算已传。"),
        "nothing_waits": _("没有待传的内容。"),
        "of_others": _("{name}在此机还有 {n} 项待传，须本人登录后上传。"),
        "kind_inspection": _("检查表"),
        "item_number": _("第 {n} 项"),
        "kind_photo": _("照片"),
        "kind_step": _("案件环节"),
        "state_draft": _("填写中"),
        "state_waiting": _("待传"),
        "state_sending": _("上传中"),
        "state_sent": _("已传"),
        "state_refused": _("未收"),
        "state_lost": _("已丢失"),
        "photo_draft": _("在本机"),
        "photo_waiting": _("在本机待传"),
        "photo_sending": _("上传中"),
        "photo_sent": _("已传，已校验"),
        "photo_refused": _("服务器未收"),
        "lost_here": _("本机已无此图"),
        "not_sent": _("未上传"),
        "whole_waiting": _("在本机，等待上传"),
        "whole_sending": _("上传中"),
        "whole_sent": _("服务器已收到"),
        "whole_refused": _("服务器未收，需要处理"),
        "whole_lost": _("有照片已不在本机，请重拍"),
        "of": _("{n}/{all} 项已传"),
        "same_hash": _("校验 {hash} 相符"),
        "again_at": _("第 {n} 次未成，{time} 再试"),
        "as_unplanned": _("作为计划外检查上传"),
        "open_again": _("打开修改"),
        "give_up": _("放弃这份"),
        "give_up_sure": _("放弃这份记录和未传的照片？服务器已收到的照片仍保留。"),
    }


def _troubles() -> dict[str, str]:
    return {
        "trouble_server": _("服务器暂时不能接收（{status}），稍后自动再试。"),
        "trouble_different": _("服务器收到的内容与本机不一致，将整张重传。"),
        "photo_unreadable": _("此文件不是可读的照片，请重拍。"),
        "photo_too_large": _("照片大于 20 MB 且不能缩小，请调低相机分辨率后重拍。"),
        "full": _("本机存储已满，刚才的内容没有存下。请先联网上传，或清理手机空间。"),
        "nearly_full": _("本机存储将满，请尽快联网上传。"),
        "not_kept": _("刚才的内容没有存入本机，请重试。"),
    }
