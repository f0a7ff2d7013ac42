"""SQLite with its driver: a copy that carries a SQLite of its own, newer than the system's, whose write-ahead log loses no commit.

One process must open a file through one SQLite only: where two do, closing a file in one drops the locks that the other holds. So whoever asks for `sqlite3` from here
on is given this one, Django first of all.
"""
import sys

import pysqlite3
from pysqlite3 import dbapi2

sys.modules["sqlite3"], sys.modules["sqlite3.dbapi2"] = pysqlite3, dbapi2
