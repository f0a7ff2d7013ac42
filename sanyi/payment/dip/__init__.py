"""Payment by disease points (DIP): points of a case, the region's point value, institutions' coefficients."""
