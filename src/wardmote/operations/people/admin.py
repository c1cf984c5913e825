"""Accounts in the administration pages."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.utils.translation import gettext_lazy as _

from wardmote.operations.people.models import Account


@admin.register(Account)
class AccountAdmin(UserAdmin[Account]):
    """Accounts with their staff number and names."""

    list_display = ("username", "staff_id", "name_zh", "name_en", "is_active")
    search_fields = ("username", "staff_id", "name_zh", "name_en")
    fieldsets = (
        *(UserAdmin.fieldsets or ()),
        (_("Staff"), {"fields": ("staff_id", "name_zh", "name_en", "language")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("username", "staff_id", "usable_password", "password1", "password2"),
            },
        ),
    )
