"""Which page answers which address."""

from django.urls import URLPattern, path

from wardmote.web.pages.patrols.grades import patrol_grades
from wardmote.web.pages.patrols.orders import patrol_order, patrol_order_new
from wardmote.web.pages.patrols.tonight import (
    patrols_tonight,
    patrols_walked,
    patrols_walked_csv,
)
from wardmote.web.pages.patrols.walk import patrol_manifest, patrol_walk, patrol_worker

urlpatterns: list[URLPattern] = [
    path("patrols/", patrols_tonight, name="patrols"),
    path("patrols/new/", patrol_order_new, name="patrol-order-new"),
    path("patrols/walked/", patrols_walked, name="patrols-walked"),
    path("patrols/walked.csv", patrols_walked_csv, name="patrols-walked-csv"),
    path("patrols/grades/", patrol_grades, name="patrol-grades"),
    path("patrols/walk/", patrol_walk, name="patrol-walk"),
    path("patrols/walk/manifest.webmanifest", patrol_manifest, name="patrol-manifest"),
    path("patrols/walk/worker.js", patrol_worker, name="patrol-worker"),
    path("patrols/<str:order_id>/", patrol_order, name="patrol-order"),
]
