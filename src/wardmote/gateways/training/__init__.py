"""Files of training: the scenarios that are shipped, and those that a trainer wrote."""
