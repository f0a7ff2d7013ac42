"""What the owner of the tables does and the application's role may not: migrating, and granting. On SQLite there is one owner, whoever has the file."""
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from sanyi.store.database import OWNER, OWNER_VARIABLE, is_postgres
from sanyi.store.errors import NoDatabase

GRANTS = ("GRANT USAGE ON SCHEMA public TO {role}", "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
          "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}", "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}")


def bring_up_to_date() -> None:
    """Migrate as the owner and grant the application's role what it works with; without an owner at hand, check that nothing is left to do. Errors: NoDatabase."""
    with as_owner() as owner:
        executor = MigrationExecutor(connections["default"])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            _check_may_migrate()
            _migrate(connections["default"])
        if owner is not None:
            _grant(owner, str(connections.settings["default"]["USER"]))


class _OneByOne(MigrationExecutor):
    """Each migration with the note that it was done in one transaction: a process that dies leaves a database before or after it, and the next start goes on. Source: R18."""

    def apply_migration(self, state: Any, migration: Any, fake: bool = False, fake_initial: bool = False) -> Any:
        with self.connection.constraint_checks_disabled(), transaction.atomic():  # Django itself notes it after its transaction: a death between them has tables made twice
            return super().apply_migration(state, migration, fake, fake_initial)


def _migrate(connection: BaseDatabaseWrapper) -> None:
    """Take every migration that is left to do; no rows of Django's permissions, which nothing asks for."""
    executor = _OneByOne(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@contextmanager
def as_owner() -> Iterator[BaseDatabaseWrapper | None]:
    """Let every query meanwhile, those of migrations that change rows too, be the owner's, where one is named."""
    application, owner = connections["default"], connections[OWNER] if OWNER in connections.settings else None
    connections["default"] = owner or application
    try:
        yield owner
    finally:
        connections["default"] = application
        if owner is not None:
            owner.close()


def _check_may_migrate() -> None:
    if not is_postgres():
        return
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT COALESCE((SELECT pg_has_role(current_user, c.relowner, 'MEMBER') FROM pg_class c WHERE c.oid = to_regclass('public.django_migrations')),"
                       " has_schema_privilege('public', 'CREATE'))")
        if not cursor.fetchone()[0]:
            raise NoDatabase(f"数据库的表须由其所有者建立或升级：请设 {OWNER_VARIABLE}=角色:密码 后再运行一次（docs/install.md）/ the tables are made and brought up to date by "
                             f"their owner: set {OWNER_VARIABLE}=role:password and run it once more (docs/install.md)")


def _grant(owner: BaseDatabaseWrapper, role: str) -> None:
    with owner.cursor() as cursor:
        for statement in GRANTS:
            cursor.execute(statement.format(role=owner.ops.quote_name(role)))
