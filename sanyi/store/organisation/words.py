"""The organisation's codes, as the region's record names them."""
from sanyi.tables.codes import LEVEL
from sanyi.tables.record_tables import record_tables
from sanyi.workflows.facts import POSTED, ROLES


def _of(table: str, column: str) -> dict[str, tuple[str, str]]:
    return dict(record_tables()[table][column].allowed)


LEVELS = {**LEVEL, "": ("未定级", "no level")}
KINDS = {**_of("institutions", "kind_code"), "pharmacy": ("零售药店", "retail pharmacy"), "centre": ("诊断中心", "diagnosis centre")}
OWNERSHIP = _of("institutions", "ownership_code")
CONSORTIUM_KINDS = _of("consortia", "kind_code")
PARTS = _of("consortium_members", "role_code")
PROFESSIONS = _of("staff", "role_code")
TITLES = _of("staff", "title_code")
POSTED_ROLES = {role: ROLES[role] for role in POSTED}
ORIGINS = {"record": ("标准记录", "record"), "hand": ("人工维护", "by hand")}
# The role that a profession of the record works in; who manages or does public health is posted by hand.
ROLE_OF = {"doctor": "doctor", "general_practitioner": "family_doctor", "nurse": "nurse", "pharmacist": "pharmacist", "technician": "technician"}
