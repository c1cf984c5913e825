"""The vocabulary: ids, events, transition tables, response standards, the operational picture."""
