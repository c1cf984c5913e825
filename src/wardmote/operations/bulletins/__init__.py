"""Figures of a period, from the record; every figure opens its calls."""
