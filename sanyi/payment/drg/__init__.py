"""Payment by disease group (DRG): rates and points, prices, coefficients and indicators."""
