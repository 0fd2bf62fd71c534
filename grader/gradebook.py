"""The memory of a class: the hidden seed of each assignment and the current report of each submission.

Theory of operation. Every change is one short transaction with a single writing statement, committed before
the call returns: a grader that is killed loses at most the submission it was at, and two graders at once
never see half a row. An "upsert" lets the database, not us, decide who came first. Reports are kept as JSON
text, not in the database's own JSON type, because evidence holds NaN; and in columns (`grader.entry`), so that tables
of a large class are made without reading its evidence.

SQLite by path, PostgreSQL by URL; both speak `INSERT … ON CONFLICT`, so the code is the same.
"""

import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.schema import CreateTable

from grader.entry import Entry, Line
from grader.errors import UsageError
from grader.report import Report

SCHEMA_VERSION = 2
WHOLE_REPORTS = 1  # the version before
SEED_BITS = 53  # too many to try them all, and still exact where a reader of results.jsonl has doubles only
AT_ONCE = 500  # rows for one query: some MB with their evidence
BUSY_SECONDS = 30  # how long a writer waits for another's commit, which takes milliseconds
_DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
_INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_ALONE = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "SELECT pg_advisory_xact_lock(72726)"}  # any number of ours

_metadata = sa.MetaData()
_SCHEMA = sa.Table(
    "gradebook_schema",
    _metadata,
    sa.Column("only_row", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("version", sa.Integer, nullable=False),
)
_SEEDS = sa.Table(
    "gradebook_seeds",
    _metadata,
    sa.Column("assignment", sa.String, primary_key=True),
    sa.Column("seed", sa.BigInteger, nullable=False),
)
_REPORTS = sa.Table(
    "gradebook_reports",
    _metadata,
    sa.Column("assignment", sa.String, primary_key=True),
    sa.Column("submission", sa.String, primary_key=True),
    sa.Column("sha256", sa.String, nullable=False),
    sa.Column("plan", sa.String, nullable=False),
    sa.Column("isolation", sa.String, nullable=False),
    sa.Column("graded", sa.Boolean, nullable=False),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("line", sa.Text, nullable=False),
    sa.Column("shown", sa.String, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),  # last: SQLite reads a long row no further than is asked
)
_ENTRY = ("line", "shown", "evidence")


class Gradebook:
    """The seeds and current reports kept at a path (SQLite) or URL (`sqlite:///…`, `postgresql://…`)."""

    def __init__(self, url_or_path: str | Path) -> None:
        url = _url(url_or_path)
        is_file = url.drivername == "sqlite"
        self.place = (url.database or "in memory") if is_file else url.render_as_string(hide_password=True)
        try:
            self._engine = sa.create_engine(url, connect_args={"timeout": BUSY_SECONDS} if is_file else {})
        except ModuleNotFoundError as error:
            raise UsageError(
                f"gradebook {self.place}: the driver {error.name} is missing; pip install 'grader[postgresql]'"
            ) from error
        self._shared: sa.Connection | None = None
        self._open()

    def __enter__(self) -> "Gradebook":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._engine.dispose()

    def seed_for(self, assignment: str, wanted: int | None = None) -> int:
        """The hidden seed of an assignment: `wanted` (kept from now on), else the kept one, else a fresh draw."""
        if wanted is not None and not 0 <= wanted < 2**63:
            raise UsageError(f"seed {wanted}: wanted a number from 0 to 2**63 - 1")
        key = {"assignment": _key(assignment)}
        seed = secrets.randbits(SEED_BITS) if wanted is None else wanted
        insert = self._insert(_SEEDS).values(**key, seed=seed)
        with self._transaction() as connection:
            if wanted is None:
                connection.execute(insert.on_conflict_do_nothing())
            else:
                connection.execute(insert.on_conflict_do_update(index_elements=list(key), set_={"seed": seed}))
            kept: int = connection.execute(sa.select(_SEEDS.c.seed).filter_by(**key)).scalar_one()
        return kept

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is recorded meanwhile is on disk at the end, all of it at once: the disk is waited for once."""
        with self._transaction() as connection:
            self._shared = connection
            try:
                yield
            finally:
                self._shared = None

    def record(self, report: Report) -> None:
        """Keep the report in place of an older one of the same submission; it is on disk when this returns.

        Within `together` it is on disk when that ends.
        """
        key = {"assignment": _key(report.assignment), "submission": _key(report.submission)}
        row = {
            "sha256": report.sha256,
            "plan": report.plan,
            "isolation": report.isolation,
            "graded": report.is_graded,
            "recorded_at": datetime.now(UTC),
            **_columns(Entry.of(report)),
        }
        insert = self._insert(_REPORTS).values(**key, **row)
        with nullcontext(self._shared) if self._shared else self._transaction() as connection:
            connection.execute(insert.on_conflict_do_update(index_elements=list(key), set_=row))

    def current(self, assignment: str, submission: str) -> Report | None:
        """The report of one submission, or None when it was never judged."""
        return next((entry.report() for entry in self.entries(assignment, [submission])), None)

    def left(self, assignment: str, plan: str, tiers: Collection[str], files: Mapping[str, str]) -> set[str]:
        """Of submissions with the digests of their files, those that have no grade for that very file.

        Such a grade comes from this very plan, behind one of these borders.
        """
        query = sa.select(_REPORTS.c.submission, _REPORTS.c.sha256).where(_REPORTS.c.isolation.in_(tiers))
        query = query.filter_by(assignment=_key(assignment), plan=plan, graded=True)
        with self._transaction() as connection:
            kept = dict(tuple(row) for row in connection.execute(query))
        return {submission for submission, sha256 in files.items() if kept.get(_key(submission)) != sha256}

    def reports(self, assignment: str) -> list[Report]:
        """The current reports of an assignment, sorted by submission."""
        return [entry.report() for entry in self._entries(assignment, self._keys(assignment))]

    def lines(self, assignment: str) -> Iterator[Line]:
        """The same without their evidence, as text and little by little."""
        columns = (_REPORTS.c.submission, _REPORTS.c.line, _REPORTS.c.shown)
        for _, text, shown in self._rows(assignment, self._keys(assignment), *columns):
            yield Line(text, shown)

    def entries(self, assignment: str, submissions: Sequence[str]) -> Iterator[Entry]:
        """The whole reports of these submissions, as text and little by little; in no order."""
        yield from self._entries(assignment, list(map(_key, submissions)))

    def _keys(self, assignment: str) -> list[str]:
        """Sorted here: the order of a database depends on its collation."""
        query = sa.select(_REPORTS.c.submission).filter_by(assignment=_key(assignment))
        with self._transaction() as connection:
            return sorted(connection.execute(query).scalars())

    def _entries(self, assignment: str, keys: Sequence[str]) -> Iterator[Entry]:
        columns = (_REPORTS.c.submission, _REPORTS.c.line, _REPORTS.c.shown, _REPORTS.c.evidence)
        for _, text, shown, evidence in self._rows(assignment, keys, *columns):
            yield Entry(Line(text, shown), evidence)

    def _rows(self, assignment: str, keys: Sequence[str], *columns: sa.Column) -> Iterator[tuple[str, ...]]:
        """The columns of these submissions, sorted by the first of them."""
        for first in range(0, len(keys), AT_ONCE):
            query = sa.select(*columns).filter_by(assignment=_key(assignment))
            query = query.where(_REPORTS.c.submission.in_(keys[first : first + AT_ONCE]))
            with self._transaction() as connection:
                found = connection.execute(query).all()
            yield from sorted(map(tuple, found))

    def _open(self) -> None:
        """Make the tables where there are none, and refuse what is not a gradebook of this version."""
        with self._transaction() as connection:
            tables = sa.inspect(connection).get_table_names()
        if _SCHEMA.name not in tables:
            # A PostgreSQL database may be shared with other programs, an SQLite file belongs to one.
            if tables and self._engine.dialect.name == "sqlite":
                raise UsageError(
                    f"gradebook {self.place}: it is the database of another program"
                    f" (with a table {tables[0]!r}); name another file"
                )
            self._create_tables()
        with self._transaction() as connection:
            version = connection.execute(sa.select(_SCHEMA.c.version)).scalar_one()
        if version == WHOLE_REPORTS:
            try:
                version = self._put_into_columns()
            except UsageError as error:
                raise UsageError(
                    f"gradebook {self.place}: it cannot be brought to version {SCHEMA_VERSION} and stays as it was"
                    f" ({error}); use the grader that wrote it, or grade into another folder"
                ) from error
        if version != SCHEMA_VERSION:
            raise UsageError(
                f"gradebook {self.place}: it has schema version {version}, this grader reads version"
                f" {SCHEMA_VERSION}; use the grader that wrote it, or grade into another folder"
            )

    def _create_tables(self) -> None:
        if self._engine.dialect.name == "sqlite":
            with self._speaking(), self._engine.connect() as connection:  # outside a transaction, kept by the file
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        with self._transaction() as connection:
            # All tables or none, whoever else is at the same thing right now: IF NOT EXISTS alone is not enough.
            connection.exec_driver_sql(_ALONE[self._engine.dialect.name])
            for table in _metadata.sorted_tables:
                connection.execute(CreateTable(table, if_not_exists=True))
            version = self._insert(_SCHEMA).values(only_row=1, version=SCHEMA_VERSION)
            connection.execute(version.on_conflict_do_nothing())

    def _put_into_columns(self) -> int:
        """Bring a gradebook up to this version that keeps whole reports in one column: all of it, or nothing."""
        old = f"{_REPORTS.name}_{WHOLE_REPORTS}"
        with self._transaction() as connection:
            connection.exec_driver_sql(_ALONE[self._engine.dialect.name])
            found: int = connection.execute(sa.select(_SCHEMA.c.version)).scalar_one()
            if found != WHOLE_REPORTS:
                return found  # somebody else has done it meanwhile
            connection.exec_driver_sql(f"ALTER TABLE {_REPORTS.name} RENAME TO {old}")
            connection.execute(CreateTable(_REPORTS))
            shared = [column for column in _REPORTS.c if column.name not in _ENTRY]
            rest = sa.select(*(sa.column(column.name, column.type) for column in shared), sa.column("report"))
            for *values, report in connection.execute(rest.select_from(sa.table(old))).all():
                row = {column.name: value for column, value in zip(shared, values, strict=True)}
                connection.execute(sa.insert(_REPORTS).values(**row, **_columns(Entry.from_json(report))))
            connection.exec_driver_sql(f"DROP TABLE {old}")
            connection.execute(sa.update(_SCHEMA).values(version=SCHEMA_VERSION))
        return SCHEMA_VERSION

    def _insert(self, table: sa.Table) -> Any:
        return _INSERT[self._engine.dialect.name](table)

    @contextmanager
    def _transaction(self) -> Iterator[sa.Connection]:
        with self._speaking(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        """Turn a fault of the database into a sentence with the place and what to do."""
        try:
            yield
        except SQLAlchemyError as error:
            said = str(getattr(error, "orig", None) or error).strip()
            raise UsageError(f"gradebook {self.place}: {said}; {_advice(said)}") from error


def _columns(entry: Entry) -> dict[str, str]:
    return dict(zip(_ENTRY, (entry.line.text, entry.line.shown, entry.evidence), strict=True))


def _url(url_or_path: str | Path) -> sa.URL:
    text = str(url_or_path)
    if "://" not in text:
        return sa.URL.create("sqlite", database=text)
    try:
        url = sa.make_url(text)
        return url.set(drivername=_DRIVERS[url.drivername])
    except (ArgumentError, NoSuchModuleError, KeyError, ValueError) as error:
        # A URL may hold a password: only what stands before the :// is repeated.
        raise UsageError(
            f"gradebook {text.split('://')[0]}://…: wanted a path, sqlite:///PATH or postgresql://USER@HOST/NAME"
        ) from error


def _advice(said: str) -> str:
    """What to do about a database's message."""
    if "not a database" in said or "malformed" in said:
        return "move the file away and grade again, or name another one with --gradebook"
    if "unable to open" in said or "readonly" in said or "read-only" in said:
        return "wanted a folder that exists and can be written to"
    if "locked" in said:
        return "another grader is writing to it; wait for it to end and start again"
    if "full" in said:
        return "make room and start again: what was graded is kept"
    return "what was graded before is kept; put this right and start again"


def _key(text: str) -> str:
    """The text as a key that every database takes: no NUL, no lone surrogate of a file name that is not UTF-8."""
    return text.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()
