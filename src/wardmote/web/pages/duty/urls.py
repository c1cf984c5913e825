"""Which page answers which address."""

from django.urls import URLPattern, path

from wardmote.web.pages.duty.activations import (
    duty_activation,
    duty_activation_pdf,
    duty_activations,
)
from wardmote.web.pages.duty.banner import duty_banner
from wardmote.web.pages.duty.downloads import (
    activations_csv,
    guards_csv,
    neighbours_csv,
    requests_csv,
    switches_csv,
)
from wardmote.web.pages.duty.guard_form import duty_guard_new
from wardmote.web.pages.duty.guards import duty_guard, duty_guards
from wardmote.web.pages.duty.level_form import duty_levels_edit
from wardmote.web.pages.duty.levels import duty_levels, duty_propose, duty_switch
from wardmote.web.pages.duty.neighbours import duty_neighbours
from wardmote.web.pages.duty.offers import duty_offer
from wardmote.web.pages.duty.plans import duty_plan, duty_plans

urlpatterns: list[URLPattern] = [
    path("duty/", duty_levels, name="duty-levels"),
    path("duty/banner/", duty_banner, name="duty-banner"),
    path("duty/levels/", duty_levels_edit, name="duty-levels-edit"),
    path("duty/switch/", duty_propose, name="duty-propose"),
    path("duty/switches/<str:switch_id>/", duty_switch, name="duty-switch"),
    path("duty/switches.csv", switches_csv, name="duty-switches-csv"),
    path("duty/activations.csv", activations_csv, name="duty-activations-csv"),
    path("duty/guards.csv", guards_csv, name="duty-guards-csv"),
    path("duty/neighbours.csv", neighbours_csv, name="duty-neighbours-csv"),
    path("duty/requests.csv", requests_csv, name="duty-requests-csv"),
    path("duty/plans/", duty_plans, name="duty-plans"),
    path("duty/plans/<str:plan_id>/", duty_plan, name="duty-plan"),
    path("duty/activations/", duty_activations, name="duty-activations"),
    path("duty/activations/<str:activation_id>/", duty_activation, name="duty-activation"),
    path(
        "duty/activations/<str:activation_id>/record.pdf",
        duty_activation_pdf,
        name="duty-activation-pdf",
    ),
    path("duty/offers/<str:offer_id>/", duty_offer, name="duty-offer"),
    path("duty/guards/", duty_guards, name="duty-guards"),
    path("duty/guards/new/", duty_guard_new, name="duty-guard-new"),
    path("duty/guards/<str:guard_id>/", duty_guard, name="duty-guard"),
    path("duty/neighbours/", duty_neighbours, name="duty-neighbours"),
]
