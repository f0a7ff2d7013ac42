"""The interface equals its own description: every operation played by role with fitting and unfitting data. Source: R54.

SANYI_API_EXAMPLES=30 plays that many examples of each operation and role (hours); a suite plays few, each role with a share of the operations.
"""
import os
import re

import pytest
from api_work import token_for
from hypothesis import HealthCheck, Phase, given, seed, settings
from referral_work import arrived, begun, region, submitted

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed; python3 bootstrap.py test brings it")
EXAMPLES = int(os.environ.get("SANYI_API_EXAMPLES", "0"))
ROLES = ("t1-gp", "h1-doc", "h1-desk", "h1-nurse", "h1-head", "h1-pharmacist", "bureau-1", "office-1", "r-0")
SHARE = 1 if EXAMPLES else len(ROLES)  # each operation is played by one role in a suite, and by all of them at length
# A guard may refuse data that fit the schema, with 409 or 422, for how things stand, and a reader sees what is there: that says nothing against them. That they cannot be read (400, 413, 415) does, and so does a complaint of their type.
FITTING_DATA = {"checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "401", "403", "404", "409", "422"]}}}
OF_THE_WRONG_TYPE = re.compile(r" must be (integer|string|date|date-time)$")


@pytest.fixture(scope="module")
def schema(site_folder):
    """The document as the server gives it, and the server itself in this process."""
    from django.core.signals import request_finished, request_started
    from django.core.wsgi import get_wsgi_application
    from django.db import close_old_connections, transaction
    from schemathesis.config import SchemathesisConfig
    app, signals = get_wsgi_application(), (request_started, request_finished)
    for signal in signals:  # as Django's own test client does: the calls are part of this transaction
        signal.disconnect(close_old_connections)
    with transaction.atomic():
        world = region()
        begun(world)
        submitted(world, person=1)
        arrived(world, person=2, reason="I21.0")
        token = token_for(world, "office-1")
        yield world, schemathesis.openapi.from_wsgi("/api/openapi.json", app, headers={"Authorization": f"Bearer {token}"}, config=SchemathesisConfig.from_dict(FITTING_DATA))
        transaction.set_rollback(True)
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.parametrize("name", ROLES)
def test_every_operation_answers_as_it_is_described(schema, name):
    from schemathesis.generation import GenerationMode
    world, described = schema
    headers, played = {"Authorization": f"Bearer {token_for(world, name)}"}, 0
    operations = [each.ok() for each in described.get_all_operations()][ROLES.index(name) % SHARE::SHARE]
    for operation in operations:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            try:
                strategy = operation.as_strategy(generation_mode=mode)
            except Exception as unfit:  # noqa: BLE001  (an operation without parameters has nothing that could be wrong)
                assert mode is GenerationMode.NEGATIVE and type(unfit).__name__ in ("InvalidSchema", "Unsatisfiable", "SkipTest"), unfit
                continue

            @seed(1)
            @settings(max_examples=EXAMPLES or 3, database=None, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
            @given(case=strategy)
            def play(case):
                nonlocal played
                played += 1
                said = case.call_and_validate(headers=headers)
                if mode is GenerationMode.POSITIVE and said.status_code == 422:
                    assert not OF_THE_WRONG_TYPE.search(said.json()["en"]), (operation.label, case.body, case.query, said.text)
            try:
                play()
            except BaseException as failed:
                if type(failed).__name__ in ("Unsatisfiable", "Skipped") and mode is GenerationMode.NEGATIVE:
                    continue
                raise
    print(f"{name}: {len(operations)} operations, {played} calls")
    assert played >= len(operations) * (EXAMPLES or 1)
