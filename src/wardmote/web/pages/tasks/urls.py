"""Which page answers which address."""

from django.urls import URLPattern, path

from wardmote.web.pages.tasks.board import task_board, task_board_csv
from wardmote.web.pages.tasks.consents import care_consent, care_consents
from wardmote.web.pages.tasks.faults import reaction_faults
from wardmote.web.pages.tasks.one import task, task_order
from wardmote.web.pages.tasks.rules import task_rule, task_rules
from wardmote.web.pages.tasks.today import today, today_frame, today_manifest, today_worker

urlpatterns: list[URLPattern] = [
    path("today/", today, name="today"),
    path("today/frame/", today_frame, name="today-frame"),
    path("today/manifest.webmanifest", today_manifest, name="today-manifest"),
    path("today/worker.js", today_worker, name="today-worker"),
    path("tasks/", task_board, name="task-board"),
    path("tasks.csv", task_board_csv, name="task-board-csv"),
    path("tasks/new/", task_order, name="task-order"),
    path("tasks/rules/", task_rules, name="task-rules"),
    path("tasks/rules/new/", task_rule, name="task-rule-new"),
    path("tasks/rules/<slug:code>/", task_rule, name="task-rule"),
    path("tasks/<str:task_id>/", task, name="task"),
    path("care-visits/", care_consents, name="care-consents"),
    path("care-visits/<str:consent_id>/", care_consent, name="care-consent"),
    path("administration/faults/", reaction_faults, name="reaction-faults"),
]
