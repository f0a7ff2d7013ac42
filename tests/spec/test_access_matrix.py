"""Who may read how much on which basis: every cell against the rule as it is written, and the page that prints it. Source: R49."""
from itertools import product

import pytest

from sanyi.tables.levels import COLUMN_LEVELS, personal_tables
from sanyi.workflows.access_matrix import BASES, LEVELS, MATRIX, PURPOSES, highest_level, purposes_of
from sanyi.workflows.facts import ROLES

CLINICIANS = ("doctor", "family_doctor")


def written(basis: str, purpose: str, role: str, level: int) -> bool:
    """The rule as people say it, one line after the other; written without the table."""
    if basis == "own":
        return purpose == "view_own" and role == "resident"
    if role == "resident" or purpose == "view_own":
        return False
    if level == 5:  # only who attends, only to treat
        return basis == "attending" and purpose == "treatment" and role in CLINICIANS
    if basis == "statutory":
        return level <= 3 and (role, purpose) in (("bureau", "settlement"), ("supervisor", "supervision"))
    if basis == "break_glass":
        return purpose == "emergency" and role in (*CLINICIANS, "nurse")
    if basis == "consent" and purpose == "insurance_claim":
        return level <= 3 and role in ("registrar", "bureau")
    if basis == "consent" and purpose == "research":
        return level <= 3 and role == "doctor"
    if purpose not in {"attending": ("treatment", "referral"), "relation": ("treatment", "referral", "family_doctor"), "consent": ("treatment", "family_doctor")}[basis]:
        return False
    if role in CLINICIANS:
        return True
    if role == "nurse":
        return level <= (4 if (basis, purpose) == ("attending", "treatment") else 3)
    if role == "registrar":
        return basis != "consent" and level <= (3 if purpose == "referral" else 2)
    if purpose != "treatment":
        return False
    return role == "pharmacist" and level <= (4 if basis == "attending" else 3) or role == "technician" and basis != "consent" and level <= 3


def test_every_cell_is_as_written():
    cells = list(product(BASES, PURPOSES, ROLES, LEVELS))
    assert len(cells) == 6 * 9 * 18 * 5
    wrong = [cell for cell in cells if (highest_level(*cell[:3]) >= cell[3]) != written(*cell)]
    assert not wrong, wrong[:10]


def test_no_role_purpose_or_basis_is_unknown_and_administrators_read_nothing():
    assert {basis for basis, _ in MATRIX} == set(BASES) and {purpose for _, purpose in MATRIX} == set(PURPOSES)
    assert all(role in ROLES and 1 <= level <= 5 for roles in MATRIX.values() for role, level in roles.items())
    for role in ("system_admin", "security_admin", "audit_admin", "office", "lead", "reader", "expert", "hospital", "director"):
        assert purposes_of(role) == ()


def test_the_page_prints_every_cell(checkout):
    page = (checkout / "docs" / "access.md").read_text("utf-8")
    for (basis, purpose), roles in MATRIX.items():
        line = next(line for line in page.splitlines() if line.startswith(f"| {BASES[basis][0]} {basis} | {PURPOSES[purpose][0]} {purpose} |"))
        assert [cell.strip() for cell in line.strip("|").split("|")][2:] == [str(roles[role]) if role in roles else "" for role in ROLES if purposes_of(role)]


@pytest.mark.parametrize("name", sorted(personal_tables()))
def test_every_column_about_a_person_has_a_level(name):
    lacking = [column for column in personal_tables()[name].names if column not in COLUMN_LEVELS]
    assert not lacking, f"{name}: give these columns a level in sanyi/tables/levels.py: {lacking}"


def test_no_level_is_left_over():
    assert set(COLUMN_LEVELS) == {column for table in personal_tables().values() for column in table.names if column in COLUMN_LEVELS} and set(COLUMN_LEVELS.values()) <= set(LEVELS)
