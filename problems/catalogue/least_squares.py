"""Sums of squared residuals, from Moré, Garbow and Hillstrom's collection and its kind."""
