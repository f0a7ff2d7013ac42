"""Groups of the disease-point method (DIP): keys of history, the catalogue, and the group of each case."""
