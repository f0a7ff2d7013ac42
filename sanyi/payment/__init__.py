"""Payment methods, one file each: consortium packages, points and clearings, subsidies, and the year's books."""
