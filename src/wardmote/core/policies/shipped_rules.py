"""The routing rules that are shipped.

Disputes and requests for help go to the community office of the beat, offences to the case team,
fire and medical calls to their services, anything urgent to the nearest unit as well, calls from
outside to the neighbour. A call without a place stays with the command room until it has one.
"""

from __future__ import annotations

from wardmote.core.domain.incident import Priority
from wardmote.core.domain.text import Bilingual
from wardmote.core.policies.routing import (
    Condition,
    DestinationKind,
    PlaceKnown,
    RoutingRule,
    RoutingRules,
)

_INSIDE = frozenset({PlaceKnown.INSIDE})
_URGENT = frozenset({Priority.EMERGENCY, Priority.URGENT})
_NIGHT = frozenset({22, 23, 0, 1, 2, 3, 4, 5})
_KIND = DestinationKind


def _first(rule_id: str, zh: str, en: str, to: DestinationKind, when: Condition) -> RoutingRule:
    return RoutingRule(rule_id, Bilingual(zh, en), when, to, first_responsible=True)


def _also(rule_id: str, zh: str, en: str, to: DestinationKind, when: Condition) -> RoutingRule:
    return RoutingRule(rule_id, Bilingual(zh, en), when, to, first_responsible=False)


SHIPPED_RULES = RoutingRules(
    "routing/1",
    (
        _first("invalid", "无效警情只登记", "Invalid calls are only recorded",
               _KIND.RECORD_ONLY, Condition(categories=("invalid",))),
        _first("outside", "辖区外移交邻区", "Outside our area: the neighbour",
               _KIND.NEIGHBOUR, Condition(place=frozenset({PlaceKnown.OUTSIDE}))),
        _first("fire", "火警移交消防", "Fire: the fire service",
               _KIND.FIRE, Condition(categories=("fire",))),
        _first("medical", "急救移交120", "Medical: the ambulance service",
               _KIND.MEDICAL, Condition(categories=("medical",))),
        _first("fraud-warning", "预警劝阻归反诈席", "Fraud warnings: the fraud desk",
               _KIND.FRAUD_DESK, Condition(categories=("fraud_warning",))),
        _first("case", "违法犯罪归办案队", "Offences: the case team",
               _KIND.CASE_TEAM,
               Condition(categories=("offence.criminal",
                                     "offence.public_order.domestic_violence"))),
        _first("noise", "噪音扰民归社区", "Noise: the community office",
               _KIND.COMMUNITY_OFFICE,
               Condition(categories=("offence.public_order.noise",), beat_present=True)),
        _first("public-order", "治安警情归办案队", "Public order: the case team",
               _KIND.CASE_TEAM, Condition(categories=("offence",))),
        _first("traffic", "交通警情归交警", "Traffic: the traffic police",
               _KIND.TRAFFIC, Condition(categories=("traffic",))),
        _first("hazard", "隐患险情归隐患席", "Hazards: the hazard desk",
               _KIND.HAZARD_DESK, Condition(categories=("hazard",))),
        _first("dispute", "纠纷归社区警务室", "Disputes: the community office of the beat",
               _KIND.COMMUNITY_OFFICE, Condition(categories=("dispute",), beat_present=True)),
        _first("help", "求助归社区警务室", "Requests for help: the community office of the beat",
               _KIND.COMMUNITY_OFFICE, Condition(categories=("help",), beat_present=True)),
        _first("otherwise", "其余留指挥室", "Everything else: the command room",
               _KIND.COMMAND_ROOM, Condition()),
        _also("fire-cordon", "火警同派就近警力", "Fire: the nearest unit as well",
              _KIND.NEAREST_UNIT,
              Condition(categories=("fire",), priorities=frozenset({Priority.EMERGENCY}),
                        place=_INSIDE)),
        _also("urgent-offence", "紧急违法犯罪就近派警", "Urgent offence: the nearest unit as well",
              _KIND.NEAREST_UNIT,
              Condition(categories=("offence",), priorities=_URGENT, place=_INSIDE)),
        _also("urgent", "紧急警情就近派警", "Urgent: the nearest unit as well",
              _KIND.NEAREST_UNIT,
              Condition(categories=("traffic", "dispute", "help", "hazard", "fraud_warning"),
                        priorities=_URGENT, place=_INSIDE)),
        _also("noise-at-night", "夜间噪音就近派警", "Noise at night: the nearest unit as well",
              _KIND.NEAREST_UNIT,
              Condition(categories=("offence.public_order.noise",), place=_INSIDE,
                        hours=_NIGHT)),
        _also("injury", "人伤事故通知120", "Injuries: the ambulance service as well",
              _KIND.MEDICAL, Condition(categories=("traffic.injury",))),
        _also("gas", "燃气险情通知消防", "Gas or chemicals: the fire service as well",
              _KIND.FIRE, Condition(categories=("hazard.gas", "hazard.chemical"))),
        _also("rescue", "落水与自杀通知消防", "Water and suicide: the fire service as well",
              _KIND.FIRE, Condition(categories=("help.drowning", "help.suicide"))),
        _also("case-place", "案件同告社区", "Offences: the community office is told",
              _KIND.COMMUNITY_OFFICE,
              Condition(categories=("offence.public_order.domestic_violence",),
                        beat_present=True)),
    ),
)  # fmt: skip
"""Version ``routing/1``. Emergencies in fire and medical calls stay with their services."""
