"""Every app brings its own paths, written in full; this file only joins them."""

from importlib.util import find_spec

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from lantian.apps.accounts.views.sign_in import leave
from lantian.project.health import healthz, readyz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    # Django's own sign-in page knows no lockout and no audit, so ours stands before it.
    path(
        "system/admin/login/",
        login_not_required(RedirectView.as_view(pattern_name="accounts:sign-in", query_string=True)),
        name="admin-sign-in",
    ),
    # Likewise its pages to change a password and to sign out.
    path(
        "system/admin/password_change/",
        login_not_required(RedirectView.as_view(pattern_name="accounts:password")),
        name="admin-password",
    ),
    path("system/admin/logout/", leave, name="admin-sign-out"),
    path("system/admin/", admin.site.urls),
    *(
        path("", include(f"lantian.apps.{name}.urls"))
        for name in settings.OUR_APPS
        if find_spec(f"lantian.apps.{name}") and find_spec(f"lantian.apps.{name}.urls")
    ),
]
