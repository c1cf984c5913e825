"""Tables of staff, CSV or xlsx: who, of what kind, where, and in which office from when to when."""
