"""One person under several codes: what the person index has merged counts as one."""


def as_one(rows, same_residents):
    """The rows, each under the code that stays. Shapes: as given; a record without merged residents gives them as they are."""
    same = same_residents.select("resident_id", stays_id="same_as_id")
    joined = rows.left_join(same, "resident_id")
    return joined.mutate(resident_id=joined.stays_id.fill_null(joined.resident_id)).select(*rows.columns)
