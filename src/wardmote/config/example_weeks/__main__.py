"""Fills the home of a demonstration with the weeks before today."""

from __future__ import annotations

from django.conf import settings

# Importing this sets Django up, which the modules with rows below need.
from wardmote.config.deployment import bring_up_to_date
from wardmote.config.example_weeks.calls import take_calls
from wardmote.config.example_weeks.cast import cast_of
from wardmote.config.example_weeks.checks import check_work
from wardmote.config.example_weeks.duty import stand_ready
from wardmote.config.example_weeks.hazards import find_hazards
from wardmote.config.example_weeks.staff import appoint_staff
from wardmote.config.example_weeks.tasks import do_tasks
from wardmote.config.example_weeks.watches import keep_watch
from wardmote.core.domain.places import PlaceBook
from wardmote.operations.journal import clock
from wardmote.operations.people.selectors import any_appointment_at
from wardmote.operations.places.city_directory import CityDirectory


def live_through(book: PlaceBook, now_s: float) -> None:
    """Let the weeks before `now_s` pass; a home that has staff in offices is left as it is."""
    if any_appointment_at(now_s):
        return
    cast = cast_of(book, now_s)
    appoint_staff(cast)
    # Before the tasks: some follow from calls.
    take_calls(cast)
    do_tasks(cast)
    find_hazards(cast)
    keep_watch(cast)
    stand_ready(cast)
    check_work(cast)


def main() -> None:
    """Fill the home that the environment names."""
    bring_up_to_date()
    if settings.CITY_DIRECTORY is not None:
        live_through(CityDirectory.open(settings.CITY_DIRECTORY).place_book(), clock.now_s())


if __name__ == "__main__":
    main()
