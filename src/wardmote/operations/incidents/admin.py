"""Calls in the administration pages: to look up, never to change, and without the caller."""

from django.contrib import admin
from django.http import HttpRequest

from wardmote.operations.incidents.models import Incident


@admin.register(Incident)
class IncidentAdmin(admin.ModelAdmin[Incident]):
    """Calls."""

    list_display = ("number", "category", "priority", "state", "area", "drill")
    list_filter = ("state", "priority", "drill")
    search_fields = ("number", "id")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Calls are taken down on the console."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Incident | None = None) -> bool:
        """Services change calls, and the journal says who."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Incident | None = None) -> bool:
        """Nobody deletes one."""
        return False
