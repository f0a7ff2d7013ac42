"""How a script begins that a test runs on SQLite in a process of its own: the folder is its first argument; `ask` puts a statement to the database."""
from pathlib import Path

START = f"""
import json, os, sys, time
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
os.environ.pop("DJANGO_SETTINGS_MODULE", None)
var = Path(sys.argv[1])
from sanyi.store import configure
configure(var)
from django.db import connection, transaction
def ask(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone() if statement.startswith("SELECT") else None
"""
