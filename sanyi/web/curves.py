"""An ECG drawn as on paper: 25 mm a second, 10 mm a millivolt, one strip a lead. Source: NG-02."""
from collections.abc import Sequence
import json
from pathlib import Path
from typing import Any

MM = 4  # units of the picture a millimetre of paper
SECOND, MILLIVOLT, STRIP, MARGIN = 25 * MM, 10 * MM, 30 * MM, 12 * MM
DOTS_A_SECOND = 125  # of each the lowest and the highest is drawn, so that no peak is lost


def drawn_curve(path: Path) -> dict[str, Any]:
    """A kept curve as polylines in a picture: `width`, `height`, `strips` of (name, height of the name, points), `seconds`, `rate`."""
    read = json.loads(path.read_bytes())
    rate, leads = read["samples_per_second"], read["leads"]
    count = len(next(iter(leads.values())))
    strips = [(name, place * STRIP + 3 * MM, _points(values, rate, place * STRIP + STRIP // 2)) for place, (name, values) in enumerate(leads.items())]
    return {"width": MARGIN + -(-count * SECOND // rate) + MM, "height": len(strips) * STRIP, "strips": strips, "rate": rate, "seconds": f"{count / rate:.1f}", "small": MM, "large": 5 * MM}


def _points(values: Sequence[int], rate: int, middle: int) -> str:
    bucket = max(1, rate // DOTS_A_SECOND)
    places: list[int] = []
    for start in range(0, len(values), bucket):
        span = range(start, min(start + bucket, len(values)))
        places += sorted({min(span, key=values.__getitem__), max(span, key=values.__getitem__)})
    return " ".join(f"{MARGIN + place * SECOND / rate:.1f},{middle - values[place] * MILLIVOLT / 1000:.1f}" for place in places)

