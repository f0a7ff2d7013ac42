"""Whatever a page of any test changes, and whoever's data it shows, must have left its event: held in every test that asks a page, so that a
new page cannot forget it. Source: R42, R43.
"""
import pytest


@pytest.fixture(autouse=True)
def changes_leave_events(monkeypatch):
    """Watch what each request of Django's test client writes and shows; a change or a person's data without an event fails the test."""
    from django.apps import apps
    if not apps.ready:
        yield
        return
    from django.db import connection
    from django.test.client import ClientHandler
    from watched_writes import Writes, persons_in
    asked, forgotten = ClientHandler.get_response, []

    def watched(handler, request):
        writes = Writes()
        with connection.execute_wrapper(writes):
            response = asked(handler, request)
        if writes.without_event():
            forgotten.append(f"{request.method} {request.path} {dict(request.POST)} changed {sorted(writes.without_event())}")
        if not writes.has_event and (shown := persons_in(response)):
            forgotten.append(f"{request.method} {request.path} showed {shown}")
        return response

    monkeypatch.setattr(ClientHandler, "get_response", watched)
    yield
    assert not forgotten, f"without an event in the audit trail: {forgotten}"


@pytest.fixture(scope="session")
def small_year(tmp_path_factory):
    """Records of 600 residents and their run of 2020 under the first plan, in `records` and `results`: to be copied, never written to."""
    from sanyi.runs.intake import import_source
    from sanyi.runs.packs import DEMO_REGION, open_plan
    from sanyi.runs.run import run
    from sanyi.runs.world import make_world
    folder = tmp_path_factory.mktemp("small-year")
    make_world(600, 3, 4, folder / "source", "parquet")
    import_source(folder / "source", folder / "records")
    run(open_plan("haikou-2018", DEMO_REGION), folder / "records", 2020, folder / "results")
    return folder
