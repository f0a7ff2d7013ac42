"""Payment, one folder a method: DIP, DRG, consortium packages, the fund's budget, patient benefits, and the year's books."""
