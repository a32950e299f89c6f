"""Paths of the standards, the articles and the plan's text under review."""

from django.urls import path

from lantian.apps.plans.views import (
    calendar,
    capacity,
    money,
    publicity,
    review,
    rules,
    task,
    task_acts,
    tasks,
    texts,
    wall,
)

app_name = "plans"
urlpatterns = [
    path("system/standards/", rules.standards, name="standards"),
    path("system/standards/<slug:table>/<str:name>/", rules.record, name="record"),
    path("plan/articles/", rules.article_list, name="articles"),
    path("plan/articles/<int:number>/", rules.article, name="article"),
    path("plan/wall/", wall.wall_chart, name="wall"),
    path("plan/wall/a3.pdf", wall.wall_pdf, name="wall-pdf"),
    path("plan/calendar/", calendar.calendar, name="calendar"),
    path("plan/calendar/plan.ics", calendar.calendar_feed, name="calendar-feed"),
    path("plan/publicity/", publicity.publicity, name="publicity"),
    path("plan/capacity/", capacity.overview, name="capacity"),
    path("plan/tasks/", tasks.listing, name="tasks"),
    path("plan/tasks/new/", tasks.new, name="task-new"),
    path("plan/tasks/take/", tasks.take, name="task-take"),
    path("plan/tasks/export.xlsx", tasks.export, name="task-export"),
    path("plan/tasks/files/<int:pk>/", task.file, name="task-file"),
    path("plan/tasks/<int:pk>/", task.page, name="task"),
    path("plan/tasks/<int:pk>/<slug:what>/", task_acts.act, name="task-act"),
    path("plan/department/", tasks.my_department, name="department"),
    path("plan/money/", money.money, name="money"),
    path("plan/money/lines.xlsx", money.sheet, name="money-sheet"),
    path("plan/money/import/", money.bring, name="money-import"),
    path("plan/texts/", texts.listing, name="texts"),
    path("plan/texts/upload/", texts.upload, name="text-upload"),
    path("plan/texts/compare/", texts.compare, name="text-compare"),
    path("plan/texts/<slug:slug>/", review.page, name="text"),
    path("plan/texts/<slug:slug>/pack/", texts.pack, name="text-pack"),
    path("plan/texts/<slug:slug>/take/", tasks.take_text, name="text-take"),
    path("plan/texts/<slug:slug>/left/<int:index>/", review.take_left, name="text-left"),
    path("plan/texts/<slug:slug>/tasks/<int:pk>/<slug:what>/", review.act, name="text-act"),
]
