"""What a row must keep to, as SQL conditions made from the table's promise: true where the row breaks it."""
from dataclasses import dataclass

from sanyi.intake.reasons import expected
from sanyi.tables.table import Column, Table

CUT = "\x1f"  # between the parts of one note on a bad cell (column, reason, value seen); notes are cut by NEXT
NEXT = "\x1e"


@dataclass(frozen=True)
class Check:
    """One condition that refuses a row: its column, reason, SQL, and what is said of what was expected."""

    column: str
    reason: str
    condition: str
    expected: str


@dataclass(frozen=True)
class Reference:
    """A column that must name an accepted row of another table."""

    column: str
    table: str
    key: str


# Cross-column laws per table. Sums are taken in 128 bits: hostile values must not overflow.
LAWS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "settlements": (
        ("total_fen", "law_total", 'total_fen::HUGEINT <> fund_fen::HUGEINT + catastrophic_fen + aid_fen + account_fen + cash_fen'),
        ("in_scope_fen", "law_in_scope", "in_scope_fen > total_fen"),
    ),
    "encounters": (("discharged_on", "law_dates", "discharged_on < admitted_on"),),
    "contracts": (("end_on", "law_dates", "end_on < start_on"),),
    "consortia": (("end_on", "law_dates", "end_on < start_on"),),
    "consortium_members": (("to_on", "law_dates", "to_on < from_on"),),
    "residents": (("died_on", "law_dates", "died_on < born_on"),),
    "insured_months": (("to_month", "law_months", "from_month > to_month OR to_month > 12"),),
}

# Counted and reported, never a reason to refuse.
WARNINGS: dict[str, tuple[tuple[str, str], ...]] = {
    "charge_lines": (("amount_differs_from_price",
                      "abs(amount_fen::HUGEINT * 1000 - unit_price_fen::HUGEINT * quantity_e3) > 1000"),),
}


# The same laws for whole columns at once (the words are those of engines' raw_screen); a test holds both together.
COLUMN_LAWS: dict[str, tuple[tuple[str | int, ...], ...]] = {
    "settlements": (("not_sum", "total_fen", "fund_fen", "catastrophic_fen", "aid_fen", "account_fen", "cash_fen"),
                    ("below", "total_fen", "in_scope_fen")),
    "encounters": (("below", "discharged_on", "admitted_on"),),
    "contracts": (("below", "end_on", "start_on"),),
    "consortia": (("below", "end_on", "start_on"),),
    "consortium_members": (("below", "to_on", "from_on"),),
    "residents": (("below", "died_on", "born_on"),),
    "insured_months": (("below", "to_month", "from_month"), ("beyond", "to_month", 12)),
}
COLUMN_WARNINGS: dict[str, dict[str, tuple[str, ...]]] = {
    "charge_lines": {"amount_differs_from_price": ("price", "amount_fen", "unit_price_fen", "quantity_e3")},
}


def row_checks(table: Table) -> tuple[Check, ...]:
    """All checks that need nothing but the row."""
    checks = [check for column in table.columns for check in _column_checks(column)]
    laws = [Check(column, reason, f"coalesce({condition}, false)", expected(reason))
            for column, reason, condition in LAWS.get(table.name, ())]
    return (*checks, *laws)


def references(table: Table) -> tuple[Reference, ...]:
    """The references a table's rows must keep."""
    return tuple(Reference(column.name, *column.references.split(".")) for column in table.columns if column.references)


def broken_row(table: Table) -> str:
    """One condition: the row has an unreadable cell or breaks a check."""
    return " OR ".join(["_bad IS NOT NULL", *(f"({check.condition})" for check in row_checks(table))])


def _column_checks(column: Column) -> list[Check]:
    name = f'"{column.name}"'
    checks = []
    if not column.nullable:
        unread = f"(_bad IS NULL OR NOT contains(chr(30) || _bad, chr(30) || '{column.name}' || chr(31)) AND NOT starts_with(_bad, chr(31)))"
        checks.append(Check(column.name, "required", f"{name} IS NULL AND {unread}", expected("required")))
    if column.allowed:
        codes = ", ".join(f"'{code}'" for code in column.allowed)
        checks.append(_null_safe(column, "code_not_allowed", f"{name} NOT IN ({codes})", ", ".join(column.allowed)))
    elif column.type == "text":
        checks += _text_checks(column, name)
    if column.type == "date":
        checks.append(_null_safe(column, "date_out_of_range", f"{name} < DATE '1880-01-01' OR {name} > DATE '2199-12-31'"))
    if column.minimum is not None:
        checks.append(_null_safe(column, "below_minimum", f"{name} < {column.minimum}", str(column.minimum)))
    if column.unit == "yyyymm":
        checks.append(_null_safe(column, "not_a_month", f"{name} % 100 NOT BETWEEN 1 AND 12 OR {name} > 219912"))
    return checks


def _text_checks(column: Column, name: str) -> list[Check]:
    if column.references:  # an accepted parent's key is clean
        return []
    return [_null_safe(column, "too_long", f"length({name}) > 4000"),
            _null_safe(column, "outer_spaces", f"{name} <> trim({name}) OR {name} = ''"),
            _null_safe(column, "control_character", f"regexp_matches({name}, '[\\x00-\\x1f\\x7f]')")]


def _null_safe(column: Column, reason: str, condition: str, more: str = "") -> Check:
    return Check(column.name, reason, f"coalesce({condition}, false)", expected(reason, more))
