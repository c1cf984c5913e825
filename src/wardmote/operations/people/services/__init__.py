"""What can be done about staff: accounts."""

from wardmote.operations.people.services.accounts import check_password, open_account

__all__ = ["check_password", "open_account"]
