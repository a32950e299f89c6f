"""Paths of the accounts app."""

from django.urls import path

from lantian.apps.accounts.views import areas, masking, sign_in

app_name = "accounts"
urlpatterns = [
    path("accounts/sign-in/", sign_in.SignIn.as_view(), name="sign-in"),
    path("accounts/sign-out/", sign_in.leave, name="sign-out"),
    path("accounts/unmask/<str:model>/<str:key>/<str:name>/", masking.unmask, name="unmask"),
    path("areas.geojson", areas.areas_geojson, name="areas"),
]
