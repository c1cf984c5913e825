"""Prepares the home of a demonstration: database, city and accounts.

Run as a program (``python -m wardmote.config.demonstration``) with the accounts as JSON on
standard input, in the environment of the server that will serve them.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace

from django.db import transaction

# Importing this sets Django up, which the modules with rows below need.
from wardmote.config.deployment import bring_up_to_date
from wardmote.core.domain.ids import AreaId, UnitId
from wardmote.core.domain.permissions import Role, RoleInArea, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.core.policies.relocation_rule import SHIPPED_RELOCATION, dump_relocation_rule
from wardmote.gateways.simulated_people.accounts import DemonstrationAccount
from wardmote.operations.access.services import grant_role
from wardmote.operations.journal import clock
from wardmote.operations.people.services import open_account
from wardmote.operations.places.selectors import location_index, relocation_in_force
from wardmote.operations.places.services import set_rules
from wardmote.operations.units.services import join_crew


def prepare(accounts: list[DemonstrationAccount]) -> None:
    """Make the tables, load the city and open the accounts."""
    bring_up_to_date()
    with transaction.atomic():
        for account in accounts:
            open_demonstration_account(account)
        _move_idle_units()


def open_demonstration_account(account: DemonstrationAccount) -> None:
    """Open an account with its role, and let it crew its unit."""
    role, area = Role(account.role), AreaId(account.area)
    opened = open_account(
        account.username,
        account.password,
        staff_id=account.username,
        name=Bilingual(account.name_zh, account.name_en),
        admin_site=role is Role.ADMINISTRATOR,
    )
    grant_role(opened.pk, role, area, granted_by="demonstration")
    if account.unit:
        member = Viewer(account.username, (RoleInArea(role, area),))
        join_crew(member, opened.pk, UnitId(account.unit))


def _move_idle_units() -> None:
    """Put the rule for idle units in force, as a supervisor of the place would.

    Whenever the demonstration is looked at it shows moves: there are no shifts in it, smaller gains
    are enough, and only patrol cars count, of which each post has few.
    """
    now_s = clock.now_s()
    if relocation_in_force(now_s) is None:
        supervisor = Viewer(
            "demonstration", (RoleInArea(Role.SUPERVISOR, location_index().whole_area),)
        )
        rule = replace(
            SHIPPED_RELOCATION,
            version="relocation/demonstration",
            minimum_gain_share=0.005,
            shift_changes_h=(),
            kinds=frozenset({"patrol_car"}),
        )
        set_rules(supervisor, "relocation", dump_relocation_rule(rule), now_s=now_s)


def main() -> None:
    """Read the accounts from standard input and prepare the home."""
    prepare([DemonstrationAccount(**row) for row in json.load(sys.stdin)])


if __name__ == "__main__":
    main()
