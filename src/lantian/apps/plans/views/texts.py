"""The texts of plans: list and upload, the reviewed pack for download, and two versions side by side."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lantian.apps.accounts.rights import may
from lantian.apps.plans.forms import CompareForm, UploadForm
from lantian.apps.plans.models import PlanText
from lantian.apps.plans.selectors.review import rows, side
from lantian.apps.plans.services.packing import pack_id, pack_zip
from lantian.apps.plans.services.texts import KnownText, bring_in
from lantian.apps.plans.views.acting import acting, language, said, the_pack
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError
from lantian.policy.plantext.diff import FIELD_NAMES, ArticleChange, PlanDiff, diff


@require_GET
def listing(request: PageRequest) -> HttpResponse:
    """List the texts with the progress of their review."""
    context = {"rows": rows(), "may_upload": may(request.user, "plans:text-upload", "POST")}
    return render(request, "plans/texts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: PageRequest) -> HttpResponse:
    """Bring a file in; a file that is there already opens as it stands."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            plan = bring_in(file.read(), file.name, by=acting(request), at=request.as_of.now)
        except KnownText as error:
            messages.info(request, said(error))
            return redirect("plans:text", slug=error.plan.slug)
        except LantianError as error:
            form.add_error("file", said(error))
        else:
            messages.success(request, _("已导入，请逐项复核。"))
            return redirect("plans:text", slug=plan.slug)
    return render(request, "plans/upload.html", {"form": form}, status=400 if form.errors else 200)


@require_GET
def pack(request: PageRequest, slug: str) -> HttpResponse:
    """Download the reviewed tasks as a pack: one that extends the pack in use, or with ``?alone=1`` one by itself."""
    plan = get_object_or_404(PlanText, slug=slug)
    try:
        content = pack_zip(plan, None if request.GET.get("alone") else the_pack())
    except LantianError as error:
        messages.error(request, said(error))
        return redirect("plans:text", slug=slug)
    return HttpResponse(
        content, content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{pack_id(plan)}.zip"'},
    )  # fmt: skip


@require_GET
def compare(request: PageRequest) -> HttpResponse:
    """Show what changed between two texts, as they stand in review."""
    form = CompareForm(request.GET or None)
    context: dict[str, Any] = {"form": form, "texts": PlanText.objects.defer("text"), "names": FIELD_NAMES}
    if form.is_valid():
        old, new = form.cleaned_data["old"], form.cleaned_data["new"]
        found = diff(side(old, language()), side(new, language()))
        context |= {"old": old, "new": new, "found": found, "counts": found.counts, "articles": _changed(found)}
    return render(request, "plans/compare.html", context)


def _changed(found: PlanDiff) -> list[ArticleChange]:
    """Return the articles in which something is not as it was."""
    return [
        article for article in found.articles
        if article.change != "same" or any(task.change != "same" for task in article.tasks)
    ]  # fmt: skip
