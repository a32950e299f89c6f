"""Paths of the accounts app."""

from django.urls import path

from lantian.apps.accounts import views

app_name = "accounts"
urlpatterns = [
    path("accounts/sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("accounts/sign-out/", views.leave, name="sign-out"),
    path("areas.geojson", views.areas_geojson, name="areas"),
]
