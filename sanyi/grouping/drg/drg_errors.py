"""What can go wrong with a published price list.

PriceListError
├── PricedTwice     a group stands twice in the table of published groups
└── NegativePrice   a weight or coefficient below zero
"""


class PriceListError(Exception):
    """Something about prices that a person has to put right; nothing is posted until it is."""


class PricedTwice(PriceListError):
    """A group stands twice in the table of published groups."""

    def __init__(self, table, group):
        super().__init__(f"{table}：病组 {group} 出现两次，无法确定价格 / {table}: the group {group} stands twice, so its price is not known")


class NegativePrice(PriceListError):
    """A weight or coefficient is below zero."""

    def __init__(self, table, group, column, seen):
        super().__init__(f"{table}：病组 {group} 的 {column} 为 {seen}，不能小于 0 / {table}: {column} of the group {group} is {seen}; it cannot be below 0")
