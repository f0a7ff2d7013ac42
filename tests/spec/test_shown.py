"""Values as people read them."""
import pytest

from sanyi.tables.record_tables import record_tables
from sanyi.tables.shown import shown, written


@pytest.mark.parametrize(("kind", "value", "text"), [
    ("money", 370370367, "3,703,703.67"), ("money", -5, "-0.05"), ("share", 850000, "85.00%"), ("share", 333333, "33.33%"),
    ("e4", 12500, "1.25"), ("e4", 900000, "90"), ("e4", -5, "-0.0005"), ("month", 202003, "2020-03"), ("plain", 2020, "2020"),
    ("whole", 1234567, "1,234,567"), ("whole", None, "–"), ("flag", True, "是"),
])
def test_written(kind, value, text):
    assert written(kind, value) == text


def test_codes_are_shown_by_their_words():
    level = record_tables()["institutions"]["level_code"]
    assert shown(level, "3A", "zh") == "三级甲等" and shown(level, "3A", "en") == "tertiary, grade A"
    assert shown(level, "9Z", "zh") == "9Z"
