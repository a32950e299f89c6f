"""People and their posts: list, one person, import and export. The system administrator's."""

from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lantian.apps.accounts.forms.people import EndForm, HandOverForm, PersonForm, PostForm, SheetForm
from lantian.apps.accounts.masking import masked
from lantian.apps.accounts.models import HandOver, Organisation, Person, Post, PostRequest, Role
from lantian.apps.accounts.scope import people_visible_to
from lantian.apps.accounts.services.passwords import reset_password
from lantian.apps.accounts.services.people import (
    NewPost,
    change_person,
    end_post,
    give_post,
    hand_over,
    open_under,
    register,
)
from lantian.apps.accounts.services.people_import import HEADINGS, Done, check_people, empty_workbook, import_people
from lantian.apps.accounts.services.sheets import workbook
from lantian.apps.accounts.views.attempts import attempt, reader
from lantian.apps.audit.models import Entry
from lantian.apps.audit.services import record
from lantian.apps.ui.page import PageRequest
from lantian.apps.ui.watermark import export_mark
from lantian.kernel.instants import day_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PER_PAGE = 50


@never_cache
@require_GET
def people(request: PageRequest) -> HttpResponse:
    """List people by name, post and organisation."""
    page = Paginator(_wanted(request), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "roles": Role.choices,
        "organisations": Organisation.objects.filter(posts__isnull=False).distinct(),
        "asked": request.GET,
        "today": day_of(request.as_of.now),
        "english": (get_language() or "zh").startswith("en"),
        "personal": True,
    }
    return render(request, "accounts/people.html", context)


def _wanted(request: PageRequest) -> QuerySet[Person]:
    asked, found = request.GET, people_visible_to(request.user)
    if text := asked.get("text", "").strip()[:40]:
        found = found.filter(Q(username__icontains=text) | Q(name_zh__icontains=text) | Q(name_en__icontains=text))
    if asked.get("role") or asked.get("organisation"):
        held = Post.objects.held_on(day_of(request.as_of.now))
        held = held.filter(role=asked["role"]) if asked.get("role") else held
        held = held.filter(organisation=asked["organisation"]) if asked.get("organisation") else held
        found = found.filter(posts__in=held)
    if asked.get("active") == "no":
        found = found.filter(is_active=False)
    return found.distinct().prefetch_related("posts__organisation", "posts__area").order_by("username")


@never_cache
@require_http_methods(["GET", "POST"])
def person_new(request: PageRequest) -> HttpResponse:
    """Show the form, or store a person; the temporary password is shown once."""
    form, given = PersonForm(request.POST or None, label_suffix=""), list[tuple[Person, str]]()

    def act() -> None:
        by, now = reader(request), datetime.now(UTC)
        person = register(form.cleaned_data["username"], form.details(), None, by=by, at=now)
        given.append((person, reset_password(person, by=by, at=now)))

    if request.method == "POST" and attempt(request, form, act):
        return render(request, "accounts/temporary.html", {"given": given, "personal": True})
    context = {"form": form, "heading": _("新增人员"), "personal": True}
    return render(request, "accounts/form.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
def person(request: PageRequest, number: int) -> HttpResponse:
    """Show a person with posts, deputies, requests and what was changed."""
    found = get_object_or_404(people_visible_to(request.user), pk=number)
    return render(request, "accounts/person.html", _about(request, found, PostForm(label_suffix="")))


def _about(request: PageRequest, found: Person, form: PostForm) -> dict[str, Any]:
    return {
        "person": found,
        "posts": found.posts.select_related("organisation", "area").prefetch_related("deputies__person"),
        "requests": PostRequest.objects.filter(person=found, decided_at=None).select_related("organisation"),
        "leaves": found.leaves.all()[:10],
        "handed": HandOver.objects.filter(Q(post__person=found) | Q(successor__person=found)).select_related(
            "post__person", "successor__person", "post__organisation"
        )[:10],
        "history": Entry.objects.about(found).reverse()[:10],
        "form": form,
        "end_form": EndForm(label_suffix="", auto_id=False, initial={"day": day_of(request.as_of.now)}),
        "today": day_of(request.as_of.now),
        "personal": True,
    }


@never_cache
@require_http_methods(["GET", "POST"])
def person_edit(request: PageRequest, number: int) -> HttpResponse:
    """Show the form, or change what is known about a person."""
    found = get_object_or_404(people_visible_to(request.user), pk=number)
    initial = {name: getattr(found, name) for name in ("name_zh", "name_en", "email", "is_active")}
    form = PersonForm(request.POST or None, label_suffix="", initial=initial)
    form = form.for_known([name for name in PersonForm.HIDDEN if getattr(found, name)])
    for name in PersonForm.HIDDEN:
        form.fields[name].widget.attrs["placeholder"] = masked(getattr(found, name), name)

    def act() -> None:
        change_person(found, form.details(), by=reader(request), at=datetime.now(UTC))

    if request.method == "POST" and attempt(request, form, act, _("已保存。")):
        return redirect("accounts:person", found.pk)
    context = {"form": form, "heading": found.name, "personal": True}
    return render(request, "accounts/form.html", context, status=422 if form.errors else 200)


@require_POST
def post_new(request: PageRequest, number: int) -> HttpResponse:
    """Give a person a post; an administrator's is asked for."""
    found = get_object_or_404(people_visible_to(request.user), pk=number)
    form = PostForm(request.POST, label_suffix="")

    def act() -> None:
        give_post(found, NewPost(**form.cleaned_data), by=reader(request), at=datetime.now(UTC))

    asked = request.POST.get("role") in PostRequest.ADMINISTRATORS
    if attempt(request, form, act, _("已提交，待安全管理员审批。") if asked else _("已任岗。")):
        return redirect("accounts:person", found.pk)
    return render(request, "accounts/person.html", _about(request, found, form), status=422)


@require_POST
def post_end(request: PageRequest, number: int) -> HttpResponse:
    """End a post with a day."""
    post, form = get_object_or_404(Post, pk=number), EndForm(request.POST)
    if form.is_valid():
        end = partial(end_post, post, day=form.cleaned_data["day"], by=reader(request), at=datetime.now(UTC))
        attempt(request, None, end, _("已免岗。"))
    return redirect("accounts:person", post.person_id)


@never_cache
@require_http_methods(["GET", "POST"])
def post_hand_over(request: PageRequest, number: int) -> HttpResponse:
    """Show the form, or pass a post on to another person."""
    post = get_object_or_404(Post.objects.select_related("person", "organisation"), pk=number)
    initial = {"day": day_of(request.as_of.now)}
    form = HandOverForm(request.POST or None, label_suffix="", initial=initial)

    def act() -> None:
        hand_over(post, **form.cleaned_data, by=reader(request), at=datetime.now(UTC))

    if request.method == "POST" and attempt(request, form, act, _("已交接。")):
        return redirect("accounts:person", form.cleaned_data["to"].pk)
    context = {"form": form, "heading": _("交接"), "lead": f"{post.person} · {post}", "personal": True}
    context["open"] = open_under(post)
    return render(request, "accounts/hand_over.html", context, status=422 if form.errors else 200)


# workbooks -------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
def people_import(request: PageRequest) -> HttpResponse:
    """Check a workbook of people row by row, and store its right rows when asked to."""
    form, context = SheetForm(request.POST or None, request.FILES or None, label_suffix=""), dict[str, Any]()

    def act() -> None:
        content = form.cleaned_data["file"].read()
        if request.POST.get("store"):
            done: Done = import_people(content, by=reader(request), at=datetime.now(UTC))
            context.update(done=done, rows=done.rows, given=done.passwords)
        else:
            context.update(rows=check_people(content))

    if request.method == "POST":
        attempt(request, form, act)
    bad = [row for row in context.get("rows", ()) if row.problems]
    context |= {"form": form, "bad": bad, "personal": True}
    return render(request, "accounts/people_import.html", context, status=422 if form.errors else 200)


@require_GET
def people_template(_request: PageRequest) -> HttpResponse:
    """Send the empty workbook."""
    return download(empty_workbook(get_language() or "zh-hans"), "people.xlsx")


@never_cache
@require_GET
def people_export(request: PageRequest) -> HttpResponse:
    """Send the people found, telephone and identity masked; who took it is written down and stands in the file."""
    language, now = get_language() or "zh-hans", datetime.now(UTC)
    today, found = day_of(now), _wanted(request)
    rows = [_exported(one, post) for one in found for post in one.posts.all() if _held(post, today)]
    footer = export_mark(reader(request), now).in_language(language)
    content = workbook([one.text.in_language(language) for one in HEADINGS], rows, footer)
    record("people.exported", subject=None, actor=request.user, at=now, detail={"rows": len(rows)})
    return download(content, "people.xlsx")


def _held(post: Post, day: date) -> bool:
    return bool((post.valid_from or day) <= day <= (post.valid_to or day))


def _exported(one: Person, post: Post) -> list[str]:
    """One row, in the order of the template's columns."""
    told = [one.username, one.name_zh, one.name_en, masked(one.phone, "phone"), one.email]
    told += [masked(one.identity, "identity"), str(post.get_role_display()), post.organisation.name]
    told += [post.area.name if post.area else "", post.title, str(post.get_head_display() if post.head else "")]
    return [*told, f"{post.valid_from or ''}", f"{post.valid_to or ''}"]


def download(content: bytes, name: str) -> HttpResponse:
    """Answer with a workbook."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=XLSX, headers=headers)
