"""Wardmote (邻里守望): a place answers calls, settles disputes and can be held to account."""

__version__ = "0.1.0"
