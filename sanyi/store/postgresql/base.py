"""The connection: no statement runs before the database knows for whom it is asked. Source: R38.

The tenant is told when it has changed since the last statement, inside a transaction or outside one. Whatever undoes what was told
(a rollback, a savepoint given up, a new connection) makes it unknown, so that it is told anew.
"""
from collections.abc import Callable
from typing import Any

from django.db.backends.postgresql.base import DatabaseWrapper as Plain

from sanyi.store.tenancy import Tenant, tenant

TELL = "SELECT set_config('sanyi.units', %s, false), set_config('sanyi.persons', %s, false), set_config('sanyi.reach', %s, false)"


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

    def _tell_first(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        wanted = tenant()
        if wanted != self._told:
            self.validate_no_broken_transaction()
            with self.wrap_database_errors, self.connection.cursor() as plain:
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
