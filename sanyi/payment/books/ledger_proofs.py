"""What must hold of the posted ledger, to the fen: each fault is named with its account, its entry and its line. Source: R02, R03, R09."""
from sanyi.payment.books.balance_proofs import balances_are_in_bounds, balances_are_sums, control_accounts_are_sums
from sanyi.payment.books.batch_proofs import (
    batches_are_held, batches_are_unchanged, closings_stand, disputes_are_settled, payments_are_the_sheets, sheets_come_to_their_batch, vouchers_are_posted_once,
)
from sanyi.payment.books.entry_proofs import accounts_are_declared, corrections_are_linked, entries_balance, lines_have_entries, numbers_have_no_gaps
from sanyi.payment.books.fault import Fault, Proof, Tables

PROOFS: tuple[Proof, ...] = (
    entries_balance, lines_have_entries, numbers_have_no_gaps, accounts_are_declared, balances_are_sums, balances_are_in_bounds, control_accounts_are_sums,
    corrections_are_linked, batches_are_held, batches_are_unchanged, sheets_come_to_their_batch, payments_are_the_sheets, disputes_are_settled,
    vouchers_are_posted_once, closings_stand,
)


def ledger_faults(tables: Tables) -> list[Fault]:
    """Prove one book as it stands: tables `accounts`, `groups`, `lines`, `balances`, `batches`, `said`, `sheets`, `disputes`, `vouchers`, `closings`.

    An empty list means that all holds. Source: R09.
    """
    return list(dict.fromkeys(fault for proof in PROOFS for fault in proof(tables)))
