"""Paths of the shell's own pages."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.i18n import set_language

from lantian.apps.ui import views

app_name = "ui"
urlpatterns = [
    path("language/", login_not_required(set_language), name="language"),
    path("system/components/", views.components, name="components"),
]
