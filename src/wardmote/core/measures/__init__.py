"""What was achieved: intervals from time stamps, distributions, the weekly bulletin."""
