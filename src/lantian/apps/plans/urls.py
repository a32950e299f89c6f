"""Paths of the standards and the articles."""

from django.urls import path

from lantian.apps.plans import views

app_name = "plans"
urlpatterns = [
    path("system/standards/", views.standards, name="standards"),
    path("system/standards/<slug:table>/<str:name>/", views.record, name="record"),
    path("plan/articles/", views.article_list, name="articles"),
    path("plan/articles/<int:number>/", views.article, name="article"),
]
