"""What can be done about checks, equipment and the survey."""

from wardmote.operations.inspections.services.appealing import (
    AppealWanted,
    decide_appeal,
    file_appeal,
    may_decide,
    withdraw_appeal,
)
from wardmote.operations.inspections.services.assessing import (
    SheetsMade,
    make_sheets,
    publish_rules,
)
from wardmote.operations.inspections.services.checking import (
    SUBJECT,
    Result,
    begin_check,
    decide_check,
    drop_check,
    go_round,
    may_add_pictures,
    record_check,
    reply_to_check,
)
from wardmote.operations.inspections.services.drawing import (
    candidates_in,
    draw_checks,
    make_day_values,
)
from wardmote.operations.inspections.services.equipment import (
    ItemWanted,
    inspect_item,
    keep_item,
    may_handle,
    move_fault,
    report_fault,
)
from wardmote.operations.inspections.services.equipment_tables import (
    COLUMNS,
    TableFault,
    TableTaken,
    row_of,
    take_table,
)
from wardmote.operations.inspections.services.surveying import answer, invite, open_invitation

__all__ = [
    "COLUMNS",
    "SUBJECT",
    "AppealWanted",
    "ItemWanted",
    "Result",
    "SheetsMade",
    "TableFault",
    "TableTaken",
    "answer",
    "begin_check",
    "candidates_in",
    "decide_appeal",
    "decide_check",
    "draw_checks",
    "drop_check",
    "file_appeal",
    "go_round",
    "inspect_item",
    "invite",
    "keep_item",
    "make_day_values",
    "make_sheets",
    "may_add_pictures",
    "may_decide",
    "may_handle",
    "move_fault",
    "open_invitation",
    "publish_rules",
    "record_check",
    "reply_to_check",
    "report_fault",
    "row_of",
    "take_table",
    "withdraw_appeal",
]
