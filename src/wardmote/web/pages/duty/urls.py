"""Which page answers which address."""

from django.urls import URLPattern, path

from wardmote.web.pages.duty.guards import duty_guards, duty_neighbours
from wardmote.web.pages.duty.levels import duty_levels, duty_propose, duty_switch
from wardmote.web.pages.duty.plans import (
    duty_activation,
    duty_activation_pdf,
    duty_activations,
    duty_plan,
    duty_plans,
)

urlpatterns: list[URLPattern] = [
    path("duty/", duty_levels, name="duty-levels"),
    path("duty/switch/", duty_propose, name="duty-propose"),
    path("duty/switches/<str:switch_id>/", duty_switch, name="duty-switch"),
    path("duty/plans/", duty_plans, name="duty-plans"),
    path("duty/plans/<str:plan_id>/", duty_plan, name="duty-plan"),
    path("duty/activations/", duty_activations, name="duty-activations"),
    path("duty/activations/<str:activation_id>/", duty_activation, name="duty-activation"),
    path(
        "duty/activations/<str:activation_id>/record.pdf",
        duty_activation_pdf,
        name="duty-activation-pdf",
    ),
    path("duty/guards/", duty_guards, name="duty-guards"),
    path("duty/neighbours/", duty_neighbours, name="duty-neighbours"),
]
