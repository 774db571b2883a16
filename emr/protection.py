"""Triggers by which the database itself refuses to change what is signed.

One list, filled at start by each app: `register(Frozen(…))` for a table whose rows never change (or
never once a condition holds), `register(Part(…))` for the rows that belong to such a row,
`register(Fixed(…))` for columns that never change in rows that otherwise do, `register(Fitting(…))`
for rows that must fit what they point at. Before migrations all are dropped, afterwards all are made
again: SQLite loses a table's triggers when Django remakes the table, and a trigger that reads a
remade table breaks the migration.
"""

from dataclasses import dataclass

from django.db import connections, transaction
from django.db.backends.signals import connection_created
from django.dispatch import receiver

PREFIX = "filiform_keep_"
REFUSAL = "This record is signed or closed and never changes."


@dataclass(frozen=True)
class Frozen:
    """Rows of `table` refuse UPDATE and DELETE, always or once one of `columns` is set."""

    table: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fixed:
    """Rows of `table` keep these columns as they were written, whatever else of them changes."""

    table: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """Rows of `table` refuse everything, INSERT too, once one of `columns` of their parent is set."""

    table: str
    parent: str
    key: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Anchor:
    """Rows of `table` keep `fixed` once a row of `child` that points at them by `key` has `column`."""

    table: str
    fixed: tuple[str, ...]
    child: str
    key: str
    column: str


@dataclass(frozen=True)
class Chain:
    """A row of `table` is added only where an earlier one of the same `key` ended in its `before`.

    An empty `before` begins a chain.
    """

    table: str
    key: str
    before: str
    after: str


@dataclass(frozen=True)
class Fitting:
    """A row of `table` is added only where `condition` holds.

    That is SQL about NEW, written by us for both databases, and never comes to NULL.
    """

    table: str
    name: str
    condition: str


Protected = Frozen | Fixed | Part | Anchor | Chain | Fitting

_protected: list[Protected] = []


def register(protected: Protected) -> None:
    if protected not in _protected:
        _protected.append(protected)


def expected(vendor: str) -> dict[str, str]:
    """Trigger name → the SQL that makes it, for one database."""
    return {name: sql for each in _protected for name, sql in _sql(vendor, each).items()}


def present(connection) -> set[str]:
    """The names of our triggers that the database has."""
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name for (name,) in cursor.fetchall() if name.startswith(PREFIX)}


@receiver(connection_created)
def see_replacements(*, connection, **kwargs) -> None:
    """Without this SQLite deletes the rows that INSERT OR REPLACE replaces behind our back."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA recursive_triggers = ON")


def take_down(*, app_config, using, plan, **kwargs) -> None:
    """Only if there is something to migrate: a running clinic is never left open for nothing."""
    if app_config.label == "emr" and plan:
        drop(connections[using])


def put_up(*, app_config, using, **kwargs) -> None:
    if app_config.label == "emr":
        make(connections[using])


def drop(connection) -> None:
    for name in present(connection):
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(f'DROP TRIGGER "{name}"')
            else:
                cursor.execute(f'DROP FUNCTION "{name}"() CASCADE')


def make(connection) -> None:
    """Makes the triggers whose tables exist (in the middle of a migration some do not)."""
    tables = set(connection.introspection.table_names())
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        drop(connection)
        for protected in _protected:
            if protected.table in tables:
                for sql in _sql(connection.vendor, protected).values():
                    cursor.execute(sql)


def _sql(vendor: str, protected: Protected) -> dict[str, str]:
    return _sqlite(protected) if vendor == "sqlite" else _postgresql(protected)


def _sqlite(protected: Protected) -> dict[str, str]:
    if isinstance(protected, Fixed):
        name, when = _fixed(protected, differs="IS NOT")
        return {name: _sqlite_trigger(name, "UPDATE", protected.table, when)}
    if isinstance(protected, Anchor):
        name, when = _anchor(protected, differs="IS NOT")
        return {name: _sqlite_trigger(name, "UPDATE", protected.table, when)}
    if isinstance(protected, Chain):
        name, when = _chain(protected)
        return {name: _sqlite_trigger(name, "INSERT", protected.table, when)}
    if isinstance(protected, Fitting):
        name, when = _fitting(protected)
        return {name: _sqlite_trigger(name, "INSERT", protected.table, when)}
    triggers = {}
    for event in _events(protected):
        name = f"{PREFIX}{protected.table}_{event.lower()}"
        when = " OR ".join(_conditions(protected, event)) or "1"
        triggers[name] = _sqlite_trigger(name, event, protected.table, when)
    return triggers


def _sqlite_trigger(name: str, event: str, table: str, when: str) -> str:
    return (
        f'CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" WHEN {when}'
        f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )


def _postgresql(protected: Protected) -> dict[str, str]:
    if isinstance(protected, Fixed):
        name, when = _fixed(protected, differs="IS DISTINCT FROM")
        return {name: _postgresql_trigger(name, "UPDATE", protected.table, when)}
    if isinstance(protected, Anchor):
        name, when = _anchor(protected, differs="IS DISTINCT FROM")
        return {name: _postgresql_trigger(name, "UPDATE", protected.table, when)}
    if isinstance(protected, Chain):
        name, when = _chain(protected)
        return {name: _postgresql_trigger(name, "INSERT", protected.table, when)}
    if isinstance(protected, Fitting):
        name, when = _fitting(protected)
        return {name: _postgresql_trigger(name, "INSERT", protected.table, when)}
    triggers = {}
    for event in [*_events(protected), "TRUNCATE"]:
        name = f"{PREFIX}{protected.table}_{event.lower()}"
        conditions = [] if event == "TRUNCATE" else _conditions(protected, event)
        when = " OR ".join(conditions) or "TRUE"
        triggers[name] = _postgresql_trigger(name, event, protected.table, when)
    return triggers


def _postgresql_trigger(name: str, event: str, table: str, when: str) -> str:
    each = "STATEMENT" if event == "TRUNCATE" else "ROW"
    back = "OLD" if event == "DELETE" else "NEW"
    return (
        f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN'
        f" IF {when} THEN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';"
        f" END IF; RETURN {back}; END $$;"
        f' CREATE TRIGGER "{name}" BEFORE {event} ON "{table}"'
        f' FOR EACH {each} EXECUTE FUNCTION "{name}"()'
    )


def _events(protected: Frozen | Part) -> list[str]:
    return ["UPDATE", "DELETE"] + (["INSERT"] if isinstance(protected, Part) else [])


def _fixed(fixed: Fixed, *, differs: str) -> tuple[str, str]:
    """The name of the trigger, and when one of the columns would change."""
    return f"{PREFIX}{fixed.table}_fixed", _changed(fixed.columns, differs)


def _changed(columns: tuple[str, ...], differs: str) -> str:
    return " OR ".join(f'OLD."{name}" {differs} NEW."{name}"' for name in columns)


def _anchor(anchor: Anchor, *, differs: str) -> tuple[str, str]:
    """The name of the trigger, and when a row that must stay would become another."""
    return f"{PREFIX}{anchor.table}_anchor", (
        f'({_changed(anchor.fixed, differs)}) AND EXISTS (SELECT 1 FROM "{anchor.child}" c'
        f' WHERE c."{anchor.key}" = OLD."id" AND c."{anchor.column}" IS NOT NULL)'
    )


def _chain(chain: Chain) -> tuple[str, str]:
    """The name of the trigger, and when a link has nothing to hang on."""
    return f"{PREFIX}{chain.table}_chain", (
        f"NEW.\"{chain.before}\" <> '' AND NOT EXISTS"
        f' (SELECT 1 FROM "{chain.table}" e WHERE e."{chain.key}" = NEW."{chain.key}"'
        f' AND e."{chain.after}" = NEW."{chain.before}")'
    )


def _fitting(fitting: Fitting) -> tuple[str, str]:
    """The name of the trigger, and when a row does not fit."""
    return f"{PREFIX}{fitting.table}_fits_{fitting.name}", f"NOT ({fitting.condition})"


def _conditions(protected: Frozen | Part, event: str) -> list[str]:
    """When to refuse, one condition for each row image the event has; empty means always."""
    if isinstance(protected, Frozen):
        return [f'OLD."{column}" IS NOT NULL' for column in protected.columns]
    images = {"INSERT": ["NEW"], "DELETE": ["OLD"], "UPDATE": ["OLD", "NEW"]}[event]
    closed = " OR ".join(f'p."{column}" IS NOT NULL' for column in protected.columns)
    return [
        f'EXISTS (SELECT 1 FROM "{protected.parent}" p'
        f' WHERE p."id" = {image}."{protected.key}" AND ({closed}))'
        for image in images
    ]
