"""`sanyi reviews`: special reviews of single cases: apply, list, and put what was decided beside the record."""
from datetime import datetime, timezone
from pathlib import Path

from sanyi.cli.ledger import check_there


def add(commands) -> None:
    """Add the commands to the parser."""
    parts = commands.add_parser("reviews", help="特例单议 / special reviews of single cases").add_subparsers(dest="reviews_command", required=True)
    asked = parts.add_parser("apply", help="申请 / apply for a case")
    asked.add_argument("encounter")
    asked.add_argument("--results", type=Path, required=True, help="the run that the case stands in")
    asked.add_argument("--reason", required=True)
    asked.add_argument("--text", required=True)
    asked.add_argument("--by", required=True, help="an account of the institution, or of the bureau")
    shown = parts.add_parser("list", help="列出申请 / list the applications")
    for part, act in ((asked, ask), (shown, show)):
        part.add_argument("--plan", required=True)
        part.add_argument("--var", type=Path, required=True)
        if part is not asked:
            part.add_argument("--year", type=int, required=True)
        part.set_defaults(act=act)


def ask(chosen) -> None:
    """Apply for one case of a run."""
    from sanyi.runs.reviewed_case import case_to_review
    from sanyi.runs.results import Results
    results = Results(chosen.results)
    found = case_to_review(results, chosen.encounter)
    _prepared(chosen.var)
    from sanyi.store.special_reviews import ReviewedCase, apply_for_review
    review = apply_for_review(chosen.plan, results.year, ReviewedCase(**found), chosen.reason, chosen.text, chosen.by, datetime.now(timezone.utc))
    print(f"特例单议 {review.pk} 已申请 / special review {review.pk} is applied for")


def show(chosen) -> None:
    """One line an application, then the counts that are published."""
    _prepared(chosen.var)
    from sanyi.store.special_reviews import published_counts, reviews
    from sanyi.workflows import workflow_of
    from sanyi.store.trail.reading import reads_person
    from sanyi.store.trail.recording import actor_named
    from sanyi.workflows.facts import SYSTEM
    reads_person("special_review_list", actor=actor_named(SYSTEM))
    states = {state.name: state for state in workflow_of("special_review").states}
    for row in reviews(chosen.plan, chosen.year):
        print(f"{row['id']}  {row['encounter']}  {row['unit']}  {states[row['state']].zh} {states[row['state']].en}")
    counts = published_counts(chosen.plan, chosen.year)
    print("，".join(f"{states[name].zh} {count}" for name, count in counts.items() if count) or "无 / none")


def _prepared(var: Path) -> None:
    check_there(var)
    from sanyi.store import prepare_database
    prepare_database(var)
