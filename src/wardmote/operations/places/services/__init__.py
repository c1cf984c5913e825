"""What can be done to places: loading a city, setting rules, closing roads, writing notes."""

from wardmote.operations.places.services.beats import (
    BeatWanted,
    change_beat,
    end_beat,
    open_beat,
)
from wardmote.operations.places.services.closures import close_road, open_road
from wardmote.operations.places.services.divisions import (
    NewPlace,
    end_place,
    go_round,
    leaned_on_by,
    open_place,
    redraw_place,
    rename_place,
    take_effect,
)
from wardmote.operations.places.services.importing import (
    BOUNDARIES,
    PLACES,
    digest_of,
    give_up_import,
    keep_read,
    look_at_import,
    take_in,
)
from wardmote.operations.places.services.loading import load_city, load_places
from wardmote.operations.places.services.planning_imports import ImportOptions, Outcome, Planned
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
from wardmote.operations.places.services.rules import (
    keep_vehicle_model,
    put_area_rules,
    set_rules,
)
from wardmote.operations.places.services.succession import (
    Choices,
    Prepared,
    Succession,
    Successor,
    follow,
    merge_of,
    move_of,
    pieces_of_cut,
    prepare,
    split_along,
)

__all__ = [
    "BOUNDARIES",
    "PLACES",
    "BeatWanted",
    "Choices",
    "ImportOptions",
    "NewPlace",
    "NewPremiseNote",
    "Outcome",
    "Planned",
    "Prepared",
    "Succession",
    "Successor",
    "change_beat",
    "check_posting",
    "close_road",
    "digest_of",
    "end_beat",
    "end_place",
    "end_premise_note",
    "follow",
    "give_up_import",
    "go_round",
    "keep_posting",
    "keep_read",
    "keep_vehicle_model",
    "leaned_on_by",
    "load_city",
    "load_places",
    "lock_posting",
    "look_at_import",
    "merge_of",
    "move_of",
    "open_beat",
    "open_place",
    "open_road",
    "pieces_of_cut",
    "place_again",
    "prepare",
    "put_area_rules",
    "put_posting_in_force",
    "put_relocation_in_force",
    "put_staffing_in_force",
    "redraw_place",
    "rename_place",
    "set_rules",
    "split_along",
    "take_effect",
    "take_in",
    "write_premise_note",
]
