"""What can be done to studies: planning, running, adopting."""

from wardmote.operations.studies.own_records import DemandSource
from wardmote.operations.studies.services.adopting import (
    propose_adoption,
    review_adoption,
    roll_back,
    take_effect_where_due,
    withdraw_adoption,
)
from wardmote.operations.studies.services.claiming import (
    PROBLEM,
    PROCESS_ENDED,
    SERVER_STOPPED,
    claim_next,
    fail,
    finish,
    give_up_lost,
    is_wanted,
    tell_progress,
)
from wardmote.operations.studies.services.placing import place_again
from wardmote.operations.studies.services.planning import (
    PLAN_NOT_ADDED,
    add_made_plan,
    add_present_plan,
    add_scenario,
    copy_plan,
    drop_plan,
    drop_scenario,
    edit_plan,
    upload_plan,
)
from wardmote.operations.studies.services.running import (
    ProposalWanted,
    TrialWanted,
    ask_grids,
    ask_proposal,
    ask_trial,
    cancel_run,
    restart_run,
)
from wardmote.operations.studies.services.studying import (
    move_study,
    open_study,
    share_study,
    unshare_study,
)

__all__ = [
    "PLAN_NOT_ADDED",
    "PROBLEM",
    "PROCESS_ENDED",
    "SERVER_STOPPED",
    "DemandSource",
    "ProposalWanted",
    "TrialWanted",
    "add_made_plan",
    "add_present_plan",
    "add_scenario",
    "ask_grids",
    "ask_proposal",
    "ask_trial",
    "cancel_run",
    "claim_next",
    "copy_plan",
    "drop_plan",
    "drop_scenario",
    "edit_plan",
    "fail",
    "finish",
    "give_up_lost",
    "is_wanted",
    "move_study",
    "open_study",
    "place_again",
    "propose_adoption",
    "restart_run",
    "review_adoption",
    "roll_back",
    "share_study",
    "take_effect_where_due",
    "tell_progress",
    "unshare_study",
    "upload_plan",
    "withdraw_adoption",
]
