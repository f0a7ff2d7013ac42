"""Migrations stand in one line: two areas that land at once must not leave two ends, which no site could migrate past."""
import re


def test_migrations_have_one_end(checkout):
    files = [path for path in (checkout / "sanyi/store/migrations").glob("0*.py")]
    before = {path.stem: set(re.findall(r"""['"]store['"], ['"](\d\w+)['"]""", path.read_text("utf-8"))) for path in files}
    assert len(before) > 10
    ends = sorted(set(before) - set().union(*before.values()))
    assert len(ends) == 1, f"one must follow the other: {', '.join(ends)}"
    unknown = {name: after - set(before) for name, after in before.items() if after - set(before)}
    assert not unknown, unknown
