"""stat/custom."""
