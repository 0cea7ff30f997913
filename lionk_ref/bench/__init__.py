"""Section 4, timed: steps in place against the machine's own limit and other people's Lion."""
