"""The connection: no statement runs before the database knows for whom it is asked, and statements that are kept are planned once. Source: R38.

The tenant is told when it has changed since the last statement, inside a transaction or outside one. Whatever undoes what was told
(a rollback, a savepoint given up, a new connection) makes it unknown, so that it is told anew.
"""
from collections.abc import Callable
from typing import Any

from django.db.backends.postgresql.base import DatabaseWrapper as Plain
from django.db.backends.utils import CursorWrapper
import psycopg

from sanyi.store.tenancy import Tenant, tenant

TELL = "SELECT set_config('sanyi.units', %s, false), set_config('sanyi.persons', %s, false), set_config('sanyi.reach', %s, false)"


class Kept(psycopg.Cursor[Any]):
    """A cursor that hands the database a statement once a session, and from then on its values: with policies, planning one costs more than it does."""

    def execute(self, query: Any, params: Any = None, **_: Any) -> Any:
        """Prepare it, or find it prepared."""
        return super().execute(query, params, prepare=True)


class DatabaseWrapper(Plain):
    """One thread's connection."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._told: Tenant | None = None
        self.execute_wrappers.append(self._tell_first)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A new session has been told nothing."""
        self._told = None
        return super().get_new_connection(conn_params)

    def get_connection_params(self) -> dict[str, Any]:
        """As Django's, which forbids what `kept_cursor` needs; its own cursors never prepare."""
        return {**super().get_connection_params(), "prepare_threshold": 1}

    def kept_cursor(self) -> CursorWrapper:
        """A cursor for statements that are asked over and over."""
        self.ensure_connection()
        return self._prepare_cursor(Kept(self.connection))

    def _tell_first(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        wanted = tenant()
        if wanted != self._told:
            self.validate_no_broken_transaction()
            with self.wrap_database_errors, Kept(self.connection) as plain:
                plain.execute(TELL, wanted.words())
            self._told = wanted
        return execute(sql, params, many, context)

    def _rollback(self) -> Any:
        self._told = None
        return super()._rollback()

    def _savepoint_rollback(self, sid: str) -> Any:
        self._told = tenant()  # in a transaction that failed nothing can be told, and going back asks for no row
        try:
            return super()._savepoint_rollback(sid)
        finally:
            self._told = None
