"""Which page answers which address."""

from django.urls import URLPattern, path

from wardmote.web.pages.hazards.figures import (
    hazard_cases,
    hazard_figures,
    hazard_figures_csv,
    hazard_map,
)
from wardmote.web.pages.hazards.listing import department_hazards, hazard_list, hazard_list_csv
from wardmote.web.pages.hazards.notice import hazard_notice
from wardmote.web.pages.hazards.one import hazard
from wardmote.web.pages.hazards.reporting import (
    hazard_follow,
    hazard_owner,
    hazard_owner_photo,
    hazard_point,
    hazard_report,
)
from wardmote.web.pages.hazards.settings import (
    hazard_categories_file,
    hazard_point_sheet,
    hazard_settings,
)

urlpatterns: list[URLPattern] = [
    path("hazards/", hazard_list, name="hazard-list"),
    path("hazards.csv", hazard_list_csv, name="hazard-list-csv"),
    path("hazards/report/", hazard_report, name="hazard-report"),
    path("hazards/figures/", hazard_figures, name="hazard-figures"),
    path("hazards/figures/<str:by>.csv", hazard_figures_csv, name="hazard-figures-csv"),
    path("hazards/cases/", hazard_cases, name="hazard-cases"),
    path("hazards/map/", hazard_map, name="hazard-map"),
    path("hazards/settings/", hazard_settings, name="hazard-settings"),
    path("hazards/categories.json", hazard_categories_file, name="hazard-categories"),
    path("hazards/points/<str:point_id>/", hazard_point_sheet, name="hazard-point-sheet"),
    path("hazards/parts/<str:part_id>/notice.pdf", hazard_notice, name="hazard-notice"),
    path("hazards/<str:hazard_id>/", hazard, name="hazard"),
    path("to-rectify/", department_hazards, name="department-hazards"),
    path("h/r/<str:token>", hazard_point, name="hazard-point"),
    path("h/f/<str:token>", hazard_follow, name="hazard-follow"),
    path("h/o/<str:token>", hazard_owner, name="hazard-owner"),
    path("h/o/<str:token>/<str:photo_id>", hazard_owner_photo, name="hazard-owner-photo"),
]
