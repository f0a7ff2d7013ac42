"""Where a script that a test runs in a process of its own finds the checkout and the tests' own modules; imported first of all."""
from pathlib import Path
import sys

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent), str(HERE)]
