"""Grants in the administration pages."""

from django.contrib import admin
from django.http import HttpRequest

from wardmote.operations.access import selectors
from wardmote.operations.access.models import CrewMembership, Disclosure, Grant


@admin.register(Grant)
class GrantAdmin(admin.ModelAdmin[Grant]):
    """Roles in areas; who gave them is written by the page, not by the person."""

    list_display = ("account", "role", "area", "granted_by")
    list_filter = ("role",)
    search_fields = ("account__username", "area")
    readonly_fields = ("granted_by",)

    def save_model(self, request: HttpRequest, obj: Grant, form: object, change: bool) -> None:
        """Called by Django; notes the giver and drops cached grants."""
        obj.granted_by = str(getattr(request.user, "staff_id", ""))
        super().save_model(request, obj, form, change)
        selectors.forget_viewers()


@admin.register(CrewMembership)
class CrewMembershipAdmin(admin.ModelAdmin[CrewMembership]):
    """Who crews which unit."""

    list_display = ("account", "unit")


@admin.register(Disclosure)
class DisclosureAdmin(admin.ModelAdmin[Disclosure]):
    """Looks at personal data: to read, never to change."""

    list_display = ("staff_id", "role", "incident", "purpose", "fields", "at_s")
    list_filter = ("purpose",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds one by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Disclosure | None = None) -> bool:
        """Nobody changes one."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Disclosure | None = None) -> bool:
        """Nobody deletes one."""
        return False
