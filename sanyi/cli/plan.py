"""`sanyi plan …`: show, check and compare plans, say how far they are realised, draft one from a document."""
from sanyi.cli import plan_check, plan_compare, plan_coverage, plan_draft, plan_show

PARTS = (plan_show, plan_check, plan_compare, plan_coverage, plan_draft)


def add(commands) -> None:
    """Add the command and its parts to the parser."""
    parser = commands.add_parser("plan", help="改革方案 / the plan")
    parts = parser.add_subparsers(dest="plan_command", required=True, metavar="PART")
    for part in PARTS:
        part.add(parts)
