"""Teams that residents sign with."""
from sanyi.tables.table import Table, text

TEAMS = Table(
    "teams", "家庭医生团队", "Family-doctor teams", key=("team_id",),
    columns=(
        text("team_id", "团队编码", "team code"),
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        text("leader_staff_id", "团队长", "leader", nullable=True, references="staff.staff_id"),
    ),
)
