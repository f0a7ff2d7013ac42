"""What of a name or a number is shown by default. Source: R48."""
STAR = "*"


def mask_name(name: str) -> str:
    """A name's first sign, and its last where it has three or more; the rest is starred."""
    return name if len(name) < 2 else name[0] + STAR if len(name) == 2 else name[0] + STAR * min(len(name) - 2, 4) + name[-1]


def mask_number(number: str, head: int = 3, tail: int = 2) -> str:
    """The first and the last signs of an identity number; one that is too short shows none."""
    return STAR * len(number) if len(number) < 2 * (head + tail) else number[:head] + STAR * (len(number) - head - tail) + number[-tail:]


def mask_phone(phone: str) -> str:
    """A phone's first three digits and last two."""
    return mask_number(phone, 3, 2)


def mask_address(address: str) -> str:
    """Whether there is an address, and no more of it."""
    return STAR * 6 if address else ""
