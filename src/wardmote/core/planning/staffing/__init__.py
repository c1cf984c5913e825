"""How many units are needed, and what they can promise, by queueing theory."""
