"""City models of the simulator JEMSS: read as a twin, to compare or to start from."""
