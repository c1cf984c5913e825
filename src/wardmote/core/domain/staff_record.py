"""What is on record about a member of staff: recruitment, training, assessment, discipline.

Entries are only ever added. A wrong one is corrected by another that names it, and the person
concerned replies to any of them in the same record.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from wardmote.core.domain.text import Bilingual


class EntryKind(StrEnum):
    """What an entry is about."""

    RECRUITMENT = "recruitment"
    TRAINING = "training"
    ASSESSMENT = "assessment"
    DISCIPLINE = "discipline"


ENTRY_KIND_NAMES: Mapping[EntryKind, Bilingual] = {
    EntryKind.RECRUITMENT: Bilingual("招录与合同", "Recruitment"),
    EntryKind.TRAINING: Bilingual("培训", "Training"),
    EntryKind.ASSESSMENT: Bilingual("考核", "Assessment"),
    EntryKind.DISCIPLINE: Bilingual("纪律", "Discipline"),
}

ENTRY_CODES: Mapping[EntryKind, Mapping[str, Bilingual]] = {
    EntryKind.RECRUITMENT: {
        "hired": Bilingual("录用", "Hired"),
        "contract_renewed": Bilingual("续签合同", "Contract renewed"),
        "probation_passed": Bilingual("试用期满转正", "Probation passed"),
        "left": Bilingual("离职", "Left"),
    },
    EntryKind.TRAINING: {
        "induction": Bilingual("岗前培训合格", "Induction passed"),
        "yearly": Bilingual("年度培训合格", "Yearly training passed"),
        "first_aid": Bilingual("急救培训合格", "First aid passed"),
        "mediation": Bilingual("调解培训合格", "Mediation training passed"),
        "attended": Bilingual("参加培训", "Attended"),
        "not_passed": Bilingual("培训未合格", "Not passed"),
    },
    EntryKind.ASSESSMENT: {
        "excellent": Bilingual("优秀", "Excellent"),
        "competent": Bilingual("合格", "Competent"),
        "improvement_needed": Bilingual("基本合格", "Improvement needed"),
        "not_competent": Bilingual("不合格", "Not competent"),
        "commended": Bilingual("表扬", "Commended"),
    },
    EntryKind.DISCIPLINE: {
        "talk": Bilingual("谈话提醒", "Talked to"),
        "warning": Bilingual("警告", "Warning"),
        "suspended": Bilingual("停止执行职务", "Suspended"),
        "dismissed": Bilingual("解除劳动合同", "Dismissed"),
        "lifted": Bilingual("撤销处理", "Lifted"),
    },
}

WATCHED_KINDS = frozenset({EntryKind.DISCIPLINE})
"""Kinds of entry of which each look by anybody else is written down."""
