"""People at work for whoever tries the product: a made-up region's persons, staff, contracts, referrals and all the rest, put in through the doors."""
