"""Duty levels, contingency plans, drills, guards of events, agreements with neighbours."""
