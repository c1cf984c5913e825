"""What can be done to places: loading a city, setting rules, closing roads, writing notes."""

from wardmote.operations.places.services.closures import close_road, open_road
from wardmote.operations.places.services.loading import load_city, load_places
from wardmote.operations.places.services.posting import (
    check_posting,
    keep_posting,
    lock_posting,
    place_again,
    put_posting_in_force,
    put_relocation_in_force,
    put_staffing_in_force,
)
from wardmote.operations.places.services.premise_notes import (
    NewPremiseNote,
    end_premise_note,
    write_premise_note,
)
from wardmote.operations.places.services.rules import keep_vehicle_model, set_rules

__all__ = [
    "NewPremiseNote",
    "check_posting",
    "close_road",
    "end_premise_note",
    "keep_posting",
    "keep_vehicle_model",
    "load_city",
    "load_places",
    "lock_posting",
    "open_road",
    "place_again",
    "put_posting_in_force",
    "put_relocation_in_force",
    "put_staffing_in_force",
    "set_rules",
    "write_premise_note",
]
