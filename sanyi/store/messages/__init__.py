"""Messages to residents' phones: put down with what they tell of, sent by a sender of the operator's own, each at most once. Source: HK-15."""
