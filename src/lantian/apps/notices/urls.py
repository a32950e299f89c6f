"""Paths of the notices."""

from django.urls import path

from lantian.apps.notices.views import inbox, system

app_name = "notices"
urlpatterns = [
    path("notices/", inbox.inbox, name="inbox"),
    path("notices/<int:key>/", inbox.open_notice, name="open"),
    path("notices/preferences/", inbox.preferences, name="preferences"),
    path("system/notices/", system.system, name="system"),
    path("system/notices/again/<int:key>/", system.again, name="channel-again"),
    path("system/notices/channels/new/<slug:kind>/", system.channel_new, name="channel-new"),
    path("system/notices/channels/<int:key>/", system.channel, name="channel"),
    path("system/notices/channels/<int:key>/test/", system.channel_test, name="channel-test"),
]
