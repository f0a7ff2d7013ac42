"""Reads that wait for the database together: one commit for all who came until it could be written to, and one failure. Requests compute in turns meanwhile. Source: R42."""
from contextlib import contextmanager
from threading import Barrier, Thread
import time

import pytest


@pytest.fixture
def together(site_folder, monkeypatch):
    """A fresh queue whose database can be written to once four are waiting; gives it with what was written."""
    from sanyi.store.trail import reading
    made, written = reading._Together(), []

    @contextmanager
    def atomic():
        until = time.monotonic() + 20
        while len(made._waiting) < 4 and not written:
            assert time.monotonic() < until, "nobody else came to wait"
            time.sleep(0.001)
        yield

    monkeypatch.setattr(reading.transaction, "atomic", atomic)
    monkeypatch.setattr(reading.recording, "insert_all", lambda events: written.append(list(events)))
    return made, written


def _commit_all(made, numbers) -> dict:
    failed, start = {}, Barrier(len(numbers))

    def one(number):
        start.wait()
        try:
            made.commit([number])
        except OSError as why:
            failed[number] = why

    threads = [Thread(target=one, args=(number,)) for number in numbers]
    [thread.start() for thread in threads]
    [thread.join(30) for thread in threads]
    assert not any(thread.is_alive() for thread in threads)
    return failed


def test_whoever_comes_until_the_database_can_be_written_to_shares_the_commit(together):
    made, written = together
    assert _commit_all(made, range(4)) == {} and [sorted(each) for each in written] == [[0, 1, 2, 3]]
    made.commit([4])
    assert written[1:] == [[4]], "and nothing is written twice"


def test_where_it_cannot_be_written_nobody_who_waited_goes_on(together, monkeypatch):
    from sanyi.store.trail import reading
    made, written = together

    def full(events):
        raise OSError("the disk is full")

    monkeypatch.setattr(reading.recording, "insert_all", full)
    assert sorted(_commit_all(made, range(4))) == [0, 1, 2, 3]
    monkeypatch.setattr(reading.recording, "insert_all", lambda events: written.append(list(events)))
    written.append([])
    made.commit([5])
    assert written[1:] == [[5]], "those after them are not held up"


def test_few_compute_at_once_and_whoever_comes_to_write_lets_the_next_one(monkeypatch):
    from threading import Semaphore

    from sanyi.store import turns
    monkeypatch.setattr(turns, "_FREE", Semaphore(1))
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", 0.01)
    with turns.in_turn():
        assert not turns._FREE.acquire(blocking=False), "the only turn is taken"
        turns.step_aside()
        turns.step_aside()
        assert turns._FREE.acquire(blocking=False) and not turns._FREE.acquire(blocking=False), "given up, and once"
        with turns.in_turn():  # nobody gives one up, and nobody waits for ever
            pass
        assert not turns._FREE.acquire(blocking=False), "who had none gives none back"
