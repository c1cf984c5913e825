"""Units in the administration pages."""

from django.contrib import admin

from wardmote.operations.units.models import Unit


@admin.register(Unit)
class UnitAdmin(admin.ModelAdmin[Unit]):
    """Units as equipped; duty is changed by services alone."""

    list_display = ("id", "call_sign", "kind", "post", "area", "on_duty", "available")
    list_filter = ("kind", "on_duty")
    search_fields = ("id", "call_sign")
    readonly_fields = ("on_duty", "available", "reason", "lon", "lat", "heading", "fix_s")
