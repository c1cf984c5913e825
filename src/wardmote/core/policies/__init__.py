"""Decisions about now: classify, route, recommend, pre-empt, age, watch the clocks."""
