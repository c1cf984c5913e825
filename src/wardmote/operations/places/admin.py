"""Places in the administration pages."""

from django.contrib import admin
from django.http import HttpRequest

from wardmote.operations.places import selectors
from wardmote.operations.places.models import (
    Beat,
    Closure,
    Division,
    Grid,
    KeyPlace,
    Post,
    PremiseNote,
    RulesInForce,
    Zone,
)


@admin.register(KeyPlace)
class KeyPlaceAdmin(admin.ModelAdmin[KeyPlace]):
    """Key places; one added here survives another load of the city."""

    list_display = ("id", "name_zh", "name_en", "kind", "radius_m", "valid_from", "valid_to")
    list_filter = ("kind",)
    search_fields = ("id", "name_zh", "name_en")
    exclude = ("drawn",)

    def save_model(self, request: HttpRequest, obj: KeyPlace, form: object, change: bool) -> None:
        """Called by Django; boundaries are read again."""
        obj.drawn = True
        super().save_model(request, obj, form, change)
        selectors.forget()


@admin.register(Division, Grid, Beat, Post, Zone)
class PlaceAdmin(admin.ModelAdmin[Division]):
    """Places to read: the city directory and the pages of divisions change them."""

    list_display = ("pk", "name_zh", "name_en")
    search_fields = ("name_zh", "name_en")
    exclude = ("boundary", "grid")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The city directory adds them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Division | None = None) -> bool:
        """The city directory changes them."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Division | None = None) -> bool:
        """The city directory drops them."""
        return False


@admin.register(PremiseNote)
class PremiseNoteAdmin(admin.ModelAdmin[PremiseNote]):
    """Notes of places."""

    list_display = ("text", "area", "written_by")


@admin.register(Closure, RulesInForce)
class RecordAdmin(admin.ModelAdmin[Closure]):
    """Closures and rules: to read; services write them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Services add them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Closure | None = None) -> bool:
        """Services change them."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Closure | None = None) -> bool:
        """Nobody deletes one."""
        return False
