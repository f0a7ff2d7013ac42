"""The demonstration's people, a few of each kind, made in an empty folder of its own: SANYI_VAR; the moment and the seed are told. Prints every row, without what is random on purpose."""
from datetime import datetime, timezone
import json
import os
from pathlib import Path
import sys
from typing import Any

# Drawn or made with an installation's own key: another in each. `given` of an event holds keyed digests of what is personal, of which only the length is everywhere the same.
RANDOM = {"password", "identity_digest", "phone_digest", "digest"}


def fill(now: datetime, seed: int) -> None:
    """All scenes, the long ones shortened."""
    from publishing_work import hits, run, sums
    from test_people_at_work import record

    from sanyi.cli.demo_people import names
    from sanyi.runs.packs import open_plan
    from sanyi.store.demonstration import booking, examining, prescribing, referring, signing
    from sanyi.store.demonstration.making import people
    from sanyi.worlds.roll import roll
    booking.PAST_DAYS = 5
    signing.COUNTS = {"clinic": 8, "second": 3}
    referring.AMOUNTS = {name: (1, youngest) for name, (_, youngest) in referring.AMOUNTS.items()}
    prescribing.AMOUNTS = dict.fromkeys(prescribing.AMOUNTS, 1)
    examining.RELEASED, examining.ACCEPTED = 4, 2
    people(Path(os.environ["SANYI_VAR"]), open_plan("haikou-2018", "region-demo"), record(), lambda rows: roll(rows, seed), names(seed), seed, now,
           published=((run("whole"), "audit", hits({number: 1_000 * number for number in range(1, 12)})), (run("whole"), "clearings", sums({"H1": 10, "H2": 20}))))


def rows_of(now: datetime) -> dict[str, list[dict[str, Any]]]:
    """Every table's rows in the order of their numbers; a moment after `now` is when the machine wrote it down."""
    from django.apps import apps
    found = {}
    for table in apps.get_app_config("store").get_models():
        names = [field.attname for field in table._meta.concrete_fields if field.attname not in RANDOM and not field.attname.endswith("_cipher")]
        found[table._meta.model_name] = [{name: _plain(value, now) for name, value in row.items()} for row in table._default_manager.order_by("pk").values(*names)]
    return found


def _plain(value: Any, now: datetime) -> Any:
    if isinstance(value, datetime):
        return str(value) if value <= now else "since"
    if isinstance(value, dict):
        return {name: _plain(each, now) for name, each in value.items() if name != "digest"}
    if isinstance(value, list):
        return [_plain(each, now) for each in value]
    return str(value)


if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1])]
    from sanyi.store import prepare_database
    from sanyi.store.tenancy import whole_region
    with whole_region("a test"):
        prepare_database(Path(os.environ["SANYI_VAR"]))
        moment = datetime.fromtimestamp(int(sys.argv[1]), timezone.utc)
        fill(moment, int(sys.argv[2]))
        print(json.dumps(rows_of(moment), ensure_ascii=False, sort_keys=True))
