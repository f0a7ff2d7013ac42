"""The work of the clearing books: batches, periods, vouchers, disputes, special reviews."""
