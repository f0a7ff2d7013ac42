"""Which event each route and each command leaves: derived from the URL map and the list of commands, so that a new one must say. Source: R42, R43.

That a page keeps to what is said here is watched in every test that asks one (conftest.py of this folder).
"""
import argparse
from importlib import import_module
from pathlib import Path

import pytest
from watched_writes import Writes

WITHOUT_PERSONS = {  # routes that show nobody's personal data
    "the way in and one's own account": "sign_in sign_out language password factor posting my_account",
    "sums, rules and plans": "cockpit indicators indicator why_indicator consortia monitors consortium why_consortium institutions institution why_institution appraisal "
                             "books budget plan plans schemes scheme_of scheme_code plan_of draft draft_of draft_file compare_chosen compare_plans coverage obligation "
                             "what_ifs what_if publishing closed_today run scale dictionary about_table recognition referral_statistics",
    "institutions' money": "settlement settlement_period settlement_batch settlement_sheet settlement_entries settlement_balances settlement_vouchers settlement_voucher delegations",
    "tasks of offices": "ledger ledger_dates ledger_item readings reading problems problem orders order bulletin bulletin_word bulletin_workbook",
    "programs: descriptions, steps taken (each leaves its change), institutions": "api_docs openapi api_work api_step api_organisation api_organisation_one fhir_metadata tokens",
    "who works where": "organisation organisation_of organisation_row doctor_teams care_packages equipment_list equipment contract_successions exam_duty devices device exam_quality teaching referral_directory rosters slots accounts rights jobs"}
LEFT = {  # commands that leave an event: action and subject of one that must be there
    "account add": "change account", "account administrators": "change account", "ledger open": "change ledger", "ledger date": "change milestone_date",
    "reviews apply": "change special_review", "reviews list": "read special_review_list", "export": "export record", "publish": "change publication", "settle post": "change settlement_batch",
    "settle annual": "change settlement_batch", "settle step": "change settlement_batch", "settle period": "change settlement_period", "settle delegate": "change delegation",
    "settle revoke": "change delegation", "trail export": "export audit_trail", "organisation load": "change organisation", "prescriptions load": "change formulary",
    "prescriptions expire": "change prescription", "messages sender": "change message_sender", "messages send": "change message", "referrals turn": "change referral",
    "contracts terms": "change contract_terms", "contracts daily": "change contract", "diagnosis load": "change diagnosis_rules",
    "persons load": "change person_index", "persons link": "change person_index", "backup": "export backup", "restore": "change backup", "explain": "read case",
    "what-if": "run results", "closed-today": "run results", "serve": "change account", "jobs work": "run background_job", "demo": "change account"}
WITHOUT = {  # commands that leave none, and why
    "files alone, before or beside an installation; the run card and the intake's report are their evidence":
        "world make|intake|run|benefit|books check|compare-results|scheme import|scheme list|scheme show|scheme check|scheme group|scheme explain|catalogue import|catalogue list|persons invent",
    "plans and pages": "plan show|plan check|plan compare|plan coverage|plan draft|pages print|pages check|check",
    "counts without anybody in them": "ledger show|bulletin|settle status|settle check|jobs list|messages show|organisation show|contracts heads",
    "the chain itself": "trail seal|trail anchor|trail verify"}


def words(table) -> set[str]:
    return {word for said in table.values() for word in (said.split("|") if "|" in said else said.split(" ") if table is WITHOUT_PERSONS else [said])}


def commands() -> dict[str, argparse.ArgumentParser]:
    """Every command with its words."""
    from sanyi.cli.main import COMMANDS
    parser = argparse.ArgumentParser()
    into = parser.add_subparsers()
    for name in COMMANDS:
        import_module(f"sanyi.cli.{name.replace('-', '_')}").add(into)

    def leaves(part, said=()):
        inner = [action for action in part._actions if isinstance(action, argparse._SubParsersAction)]
        if not inner:
            yield " ".join(said), part
        for action in inner:
            for name, each in action.choices.items():
                yield from leaves(each, (*said, name))
    return dict(leaves(parser))


def test_every_route_says_whether_it_shows_anybody(site_folder):
    from sanyi.web.urls import urlpatterns
    reading = {pattern.name for pattern in urlpatterns if hasattr(pattern.callback, "reads_persons")}
    others = {pattern.name for pattern in urlpatterns} - reading
    print(f"{len(reading)} routes leave a reading, {len(others)} show nobody")
    assert len(reading) >= 45 and others == words(WITHOUT_PERSONS), (
        f"declare @reads or @says_reads, or put them here: {sorted(others - words(WITHOUT_PERSONS))}; gone: {sorted(words(WITHOUT_PERSONS) - others)}")


def test_every_command_says_which_event_it_leaves():
    found, said = set(commands()), set(LEFT) | words(WITHOUT)
    assert len(found) > 55 and found == said, f"new: {sorted(found - said)}; gone: {sorted(said - found)}"


@pytest.mark.parametrize("line", ["account add somebody", "account administrators --system a --security b --audit c", "ledger open --plan jianghai-2018", "prescriptions load --plan haikou-2018",
                                  "contracts terms --plan haikou-2018", "diagnosis load --plan haikou-2018", "trail export {folder}/trail.jsonl"])
def test_commands_leave_what_they_say_and_change_nothing_without(undone, tmp_path, line):
    done, events = run_here(line, undone, tmp_path)
    name = " ".join(line.split()[:2])
    assert done == 0 and tuple(LEFT[name].split()) in events


@pytest.mark.parametrize("line", ["ledger show", "settle status", "settle check", "jobs list", "organisation show", "contracts heads", "trail verify"])
def test_questions_change_nothing(undone, tmp_path, line):
    done, events = run_here(line, undone, tmp_path)
    assert done == 0 and events == []


def run_here(line: str, var: Path, folder: Path):
    """Run a command in this process and its open transaction; what it changes without an event fails here."""
    from django.db import connection

    from sanyi.cli.main import main
    from sanyi.store.trail.tables import AuditEvent
    last, writes = AuditEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0, Writes()
    with connection.execute_wrapper(writes):
        done = main([*line.format(folder=folder).split(), "--var", str(var)])
    assert not writes.without_event()
    return done, list(AuditEvent.objects.filter(id__gt=last).values_list("action", "subject"))


def test_reading_a_case_at_the_command_line_is_recorded_where_there_is_an_installation(undone, tmp_path, capsys):
    from web_results import invent

    from sanyi.cli.main import main
    from sanyi.runs.results import Results
    from sanyi.store.trail.tables import AuditEvent
    results = invent(tmp_path / "region")
    case = Results(results).page("encounters", limit=1)[0]
    main(["explain", "--results", str(results), "--case", case["encounter_id"]])
    assert "没有平台数据" in capsys.readouterr().err
    main(["explain", "--results", str(results), "--case", case["encounter_id"], "--var", str(undone)])
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.subject, event.subject_id, event.resident, event.account) == ("read", "case", case["encounter_id"], case["resident_id"], "system")


def test_the_watch_can_fail(undone):
    """A change without an event is told; one that was undone, or that left one, is not."""
    from django.db import connection, transaction

    from sanyi.store.models import Account
    from sanyi.store.trail.recording import record

    def seen(do) -> set[str]:
        writes = Writes()
        with connection.execute_wrapper(writes):
            do()
        return writes.without_event()

    def undoing():
        with transaction.atomic():
            Account.objects.create(name="undone", password="!")
            transaction.set_rollback(True)

    def recorded():
        Account.objects.create(name="recorded", password="!")
        record("change", None, subject="account")

    assert seen(lambda: Account.objects.create(name="secret", password="!")) == {"store_account"}
    assert seen(undoing) == set() and seen(recorded) == set() and seen(lambda: Account.objects.count()) == set()
