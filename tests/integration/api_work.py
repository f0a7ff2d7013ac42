"""Programs that call the interfaces: with a token, or in a session."""
import json
from pathlib import Path
from typing import Any

from signed_in import signed_in
from web_results import YEAR, invent


def invented_run(folder: Path) -> Path:
    """The pages' invented run, with months and periods that there are."""
    from sanyi.engines.small_files import write_rows
    from sanyi.runs.steps import promise
    from sanyi.tables.record_tables import record_tables
    results = invent(folder)
    spans = [{"resident_id": f"reside{number:03}", "insurance_code": "resident", "year": YEAR, "from_month": number % 12 + 1, "to_month": 12, "person_class_code": "ordinary"} for number in range(60)]
    write_rows(record_tables()["insured_months"], spans, folder / "records" / "insured_months.parquet")
    values = [{"indicator_code": f"IND-{32 + number}", "scope_code": "institution", "scope_id": f"I00{number}", "period": period, "numerator": 3, "denominator": 20, "value_e6": 150_000}
              for number in range(8) for period in (str(YEAR), f"{YEAR}-03")]
    write_rows(promise("indicator_values"), values, results / "store" / "indicator_values.parquet")
    return results


def token_for(world: dict, name: str, *scopes: str, days: int = 30) -> str:
    """A token of an account of the referral tests' region."""
    from datetime import datetime, timezone

    from sanyi.store.tokens.making import make_token
    return make_token("test", scopes or ("read:*", "act:*"), days, world["by"][name], datetime.now(timezone.utc))[0]


class Program:
    """A client that shows a token, and nothing else."""

    def __init__(self, token: str) -> None:
        from django.test import Client
        self.client, self.headers = Client(enforce_csrf_checks=True), {"HTTP_AUTHORIZATION": f"Bearer {token}"}

    def get(self, path: str, **asked: Any):
        """Read."""
        return self.client.get(path, asked, **self.headers)

    def post(self, path: str, body: Any):
        """Act."""
        return self.client.post(path, json.dumps(body), content_type="application/json", **self.headers)


def program(world: dict, name: str, *scopes: str) -> Program:
    """A program that acts for an account."""
    return Program(token_for(world, name, *scopes))


def browser(world: dict, name: str, **more: Any):
    """The account's own session."""
    return signed_in(name, posting=getattr(world["by"][name], "posting", None), **more)
