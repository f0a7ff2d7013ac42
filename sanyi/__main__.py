"""`python -m sanyi` is the command line."""
from sanyi.cli import main

raise SystemExit(main())
