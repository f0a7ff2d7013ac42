"""What an insured patient gets: in-scope amount, deductible, bands, caps, catastrophic insurance and medical aid, claim by claim."""
