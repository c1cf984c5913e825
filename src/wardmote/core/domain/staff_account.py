"""Accounts of staff: how they begin by an invitation, end with the service, and come back."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from wardmote.core.domain.text import Bilingual


class AccountAction(StrEnum):
    """What happened to somebody's account.

    ``invited``: a one-time link was made, by which the person opens it; ``closed``: nobody can log
    in with it any more.
    """

    INVITED = "invited"
    OPENED = "opened"
    CLOSED = "closed"
    BROUGHT_BACK = "brought_back"


ACCOUNT_ACTION_NAMES: Mapping[AccountAction, Bilingual] = {
    AccountAction.INVITED: Bilingual("已生成邀请链接", "Invitation made"),
    AccountAction.OPENED: Bilingual("本人已开通", "Opened by the person"),
    AccountAction.CLOSED: Bilingual("已停用", "Closed"),
    AccountAction.BROUGHT_BACK: Bilingual("已恢复", "Brought back"),
}
