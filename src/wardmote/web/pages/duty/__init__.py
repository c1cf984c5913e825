"""Duty levels, contingency plans, drills, guards and agreements."""
