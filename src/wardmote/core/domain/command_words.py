"""The verbs of the dispatcher's command line as data: names, arguments, help in both languages.

Every verb has a short Latin name, an English word, Chinese words and their pinyin, so that
nobody has to change the input method in the middle of a call.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from wardmote.core.domain.codes import CodeList
from wardmote.core.domain.text import Bilingual


class Verb(StrEnum):
    """What a line can say."""

    DISPATCH = "dispatch"
    RESERVE = "reserve"
    STACK = "stack"
    ACKNOWLEDGE = "acknowledge"
    DEPART = "depart"
    ARRIVE = "arrive"
    REPORT = "report"
    CLEAR = "clear"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    PREEMPT = "preempt"
    RECOMMEND = "recommend"
    ALARM_LEVEL = "alarm_level"
    ROUTE = "route"
    PRIORITY = "priority"
    CATEGORY = "category"
    LOCATE = "locate"
    NOTE = "note"
    LINK = "link"
    UNLINK = "unlink"
    CLOSE = "close"
    CANCEL = "cancel"
    REOPEN = "reopen"
    ANSWER = "answer"
    ON_DUTY = "on_duty"
    OFF_DUTY = "off_duty"
    AVAILABLE = "available"
    UNAVAILABLE = "unavailable"
    SHOW = "show"
    CALLER = "caller"
    UNIT = "unit"
    FOLLOW = "follow"
    REACH = "reach"
    FIND = "find"
    CLOSE_ROAD = "close_road"
    OPEN_ROAD = "open_road"
    NEW = "new"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Argument:
    """A place in a line.

    Attributes:
        kind: ``incident``, ``unit``, ``post``, ``priority``, ``category``, ``disposition``,
            ``feedback``, ``reason.<list>``, ``number`` or ``text``. Reasons are written with a
            slash before them (``/closer_unit``) and may stand anywhere after the verb; a text
            takes the rest of the line.
        many: one or more, separated by spaces or commas.
    """

    name: str
    kind: str
    many: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class VerbSpec:
    """A verb with its names, the shortest first, its arguments and its help."""

    verb: Verb
    names: tuple[str, ...]
    arguments: tuple[Argument, ...]
    help: Bilingual

    @property
    def usage(self) -> str:
        """The form of the line, such as ``d CALL UNIT… [/REASON]``."""
        return " ".join((self.names[0], *(_usage(argument) for argument in self.arguments)))


_LABELS = {"incident": "CALL", "unit": "UNIT", "post": "POST", "text": "TEXT", "number": "N"}


def _usage(argument: Argument) -> str:
    label = _LABELS.get(argument.kind, argument.kind.upper())
    if argument.kind.startswith("reason."):
        label = "/REASON"
    label += "…" if argument.many else ""
    return f"[{label}]" if argument.optional else label


def _reason(code_list: CodeList, optional: bool = True) -> Argument:
    return Argument("reason", f"reason.{code_list.value}", optional=optional)


_CALL = Argument("call", "incident")
_UNITS = Argument("units", "unit", many=True)
_UNIT = Argument("units", "unit")
_TEXT = Argument("text", "text", optional=True)
_NEEDED_TEXT = Argument("text", "text")


def _verb(verb: Verb, names: str, arguments: tuple[Argument, ...], zh: str, en: str) -> VerbSpec:
    return VerbSpec(verb, tuple(names.split()), arguments, Bilingual(zh, en))


VERBS: tuple[VerbSpec, ...] = (
    _verb(Verb.DISPATCH, "d dispatch 派 派警 pai", (_CALL, _UNITS, _reason(CodeList.OVERRIDE)),
          "派警组处警；与推荐不同时写明原因",
          "Send units to a call; give a reason if not as recommended"),
    _verb(Verb.RESERVE, "rs reserve 预派 yupai", (_CALL, _UNITS, _reason(CodeList.OVERRIDE)),
          "为警情预留警组", "Reserve units for a call"),
    _verb(Verb.STACK, "st stack 排队 paidui", (_CALL, _UNITS, _reason(CodeList.OVERRIDE)),
          "把警情排在警组现任务之后", "Queue a call behind the units' present jobs"),
    _verb(Verb.ACKNOWLEDGE, "ack acknowledge 签收 qianshou", (_UNITS,),
          "警组已签收", "Units acknowledged"),
    _verb(Verb.DEPART, "er enroute 出发 出警 chufa", (_UNITS,), "警组已出发", "Units are en route"),
    _verb(Verb.ARRIVE, "ar arrived 到场 daochang", (_UNITS,), "警组已到场", "Units are on scene"),
    _verb(Verb.REPORT, "fb feedback 反馈 fankui",
          (_UNIT, Argument("feedback", "feedback", optional=True), _TEXT),
          "警组现场反馈", "First report from the scene"),
    _verb(Verb.CLEAR, "cl clear 撤离 处毕 cheli", (_UNITS,), "警组处置完毕", "Units are clear"),
    _verb(Verb.REFUSE, "rf refuse 拒派 jupai", (_UNIT, _reason(CodeList.REFUSE, optional=False)),
          "警组不能处警，写明原因", "A unit cannot take the job; give the reason"),
    _verb(Verb.WITHDRAW, "wd withdraw 撤回 chehui", (_CALL, _UNITS, _reason(CodeList.CANCEL)),
          "从警情撤回警组", "Take units off a call"),
    _verb(Verb.PREEMPT, "pre preempt 改派 gaipai", (_CALL, _UNITS, _reason(CodeList.PREEMPT)),
          "把途中警组改派到更急警情（已到场的不可）",
          "Take units on the way elsewhere for a more urgent call (never from a scene)"),
    _verb(Verb.RECOMMEND, "rec recommend 推荐 tuijian", (_CALL,),
          "重新推荐警组", "Recommend units again"),
    _verb(Verb.ALARM_LEVEL, "lv level 增援 zengyuan",
          (_CALL, Argument("number", "number"), _reason(CodeList.CLASSIFY)),
          "调整力量等级", "Set the alarm level of a call"),
    _verb(Verb.ROUTE, "rt route 流转 liuzhuan", (_CALL,),
          "重新判定首接责任", "Decide again who is responsible first"),
    _verb(Verb.PRIORITY, "p priority 级别 jibie",
          (_CALL, Argument("priority", "priority"), _reason(CodeList.CLASSIFY)),
          "改级别（1 最急）", "Change the priority (1 is the most urgent)"),
    _verb(Verb.CATEGORY, "c category 类别 leibie",
          (_CALL, Argument("category", "category"), _reason(CodeList.CLASSIFY)),
          "改类别", "Change the category"),
    _verb(Verb.LOCATE, "loc locate 定位 dingwei", (_CALL, _NEEDED_TEXT),
          "更正地点", "Correct the place of a call"),
    _verb(Verb.NOTE, "n note 备注 beizhu", (_CALL, _NEEDED_TEXT), "添加备注", "Add a note"),
    _verb(Verb.LINK, "l link 并案 bingan", (_CALL, Argument("primary", "incident")),
          "并入另一警情", "Link a call to another as its duplicate"),
    _verb(Verb.UNLINK, "ul unlink 拆案 chaian", (_CALL,),
          "撤销并入", "Take a link back"),
    _verb(Verb.CLOSE, "x close 结案 jiean",
          (_CALL, Argument("disposition", "disposition"), _TEXT),
          "结案并写处置结果", "Close a call with its disposition"),
    _verb(Verb.CANCEL, "cc cancel 销警 xiaojing",
          (_CALL, _reason(CodeList.CANCEL, optional=False)),
          "取消警情，写明原因", "Cancel a call; give the reason"),
    _verb(Verb.REOPEN, "ro reopen 重开 chongkai",
          (_CALL, _reason(CodeList.REOPEN, optional=False)),
          "重开警情，写明原因", "Reopen a call; give the reason"),
    _verb(Verb.ANSWER, "aa answer 应答 yingda", (_CALL,),
          "处置该警情的告警", "Answer the alarms of a call"),
    _verb(Verb.ON_DUTY, "on onduty 上勤 shangqin", (_UNITS,), "警组上勤", "Units come on duty"),
    _verb(Verb.OFF_DUTY, "off offduty 下勤 xiaqin", (_UNITS,), "警组下勤", "Units go off duty"),
    _verb(Verb.AVAILABLE, "av available 备勤 beiqin", (_UNITS,),
          "警组可派", "Units are available"),
    _verb(Verb.UNAVAILABLE, "ua unavailable 脱备 tuobei",
          (_UNITS, _reason(CodeList.UNAVAILABLE, optional=False)),
          "警组暂不可派，写明原因", "Units are not available; give the reason"),
    _verb(Verb.SHOW, "s show 查看 chakan", (_CALL,), "打开警情", "Open a call"),
    _verb(Verb.CALLER, "tel caller 报警人 baojingren", (_CALL,),
          "查看报警人信息，须说明目的并留痕",
          "Open the caller's data for a purpose; it is recorded"),
    _verb(Verb.UNIT, "u unit 警组 jingzu", (_UNIT,), "打开警组", "Open a unit"),
    _verb(Verb.FOLLOW, "f follow 跟随 gensui", (_UNIT,),
          "地图跟随警组", "Follow a unit on the map"),
    _verb(Verb.REACH, "iso reach 等时圈 dengshiquan", (_UNIT,),
          "画出警组 1、3、5 分钟可达范围", "Draw what a unit reaches in 1, 3 and 5 minutes"),
    _verb(Verb.FIND, "w where 查地 chadi", (_NEEDED_TEXT,), "查找地点", "Find a place"),
    _verb(Verb.CLOSE_ROAD, "shut closeroad 封路 fenglu", (_TEXT,),
          "封闭该处道路；不写地点则取地图中心",
          "Close the road at a place, or at the middle of the map"),
    _verb(Verb.OPEN_ROAD, "unshut openroad 解封 jiefeng", (_TEXT,),
          "解除该处封路；不写地点则取地图中心",
          "Open the road at a place again, or at the middle of the map"),
    _verb(Verb.NEW, "new 接警 jiejing", (_TEXT,), "登记新警情", "Take down a new call"),
    _verb(Verb.HELP, "? help 帮助 bangzhu", (_TEXT,), "列出命令或说明一个命令",
          "List the commands or explain one"),
)  # fmt: skip


def _by_name() -> dict[str, VerbSpec]:
    found: dict[str, VerbSpec] = {}
    for spec in VERBS:
        for name in spec.names:
            assert name not in found, name
            found[name] = spec
    return found


VERB_BY_NAME = _by_name()


def grammar_json() -> dict[str, Any]:
    """The grammar as ``GET /api/commands`` answers it."""
    return {
        "verbs": [
            {
                "verb": spec.verb.value,
                "names": list(spec.names),
                "usage": spec.usage,
                "help": {"zh": spec.help.zh, "en": spec.help.en},
                "arguments": [_argument_json(argument) for argument in spec.arguments],
            }
            for spec in VERBS
        ]
    }


def _argument_json(argument: Argument) -> dict[str, Any]:
    shape: dict[str, Any] = {"name": argument.name, "kind": argument.kind}
    if argument.many:
        shape["many"] = True
    if argument.optional:
        shape["optional"] = True
    return shape
