"""The store of a hosting party: many processes of the hub on one PostgreSQL.

How to add an operation:

1. A table: `migrations/NNNN_pre_name.sql` (see `migration.py` for what `pre` and `post` allow).
   Text that is searched or sorted: COLLATE "C". Times: timestamptz. Bytes: bytea.
2. Statements: in `sql.py`, or `<area>_sql.py` when there are many, in upper case, with the index
   that each relies on in a comment; parameters are $1, $2. `test_sql.py` asks for each plan.
3. A module with a part of the store, `class AreaPart(Core)`, listed as a base in `store.py`:
   - a read of one statement: `await self._read(lambda db: db.fetch(sql.X, value))`;
   - a read of several that must agree: `await self._read_together(read)`, `read` a coroutine
     function of a connection;
   - a write: `await self._write(Call(run=lambda tx: change(tx, ...)))`, `change` a coroutine
     function of a `Transaction`. `lease=` has the lease checked first; `rows=` names deliveries
     that will be looked at, so that they are read for all callers at once.
4. Within `change`: **check first, write then**. A refusal (`NotFound`, `WrongState`, `StaleLease`)
   must come before the first write.
   - `tx.get(id)` / `tx.find(id)`: a delivery as this transaction sees it; `tx.move(before, after,
     ...)` is the only way to change a state: written, counted and audited at the commit;
   - `tx.record(fact)`: the audit trail; `tx.recall(row)`: tells the owner that a lane changed;
     `tx.tell(destination)`: wakes other processes; `tx.know(destination)`;
   - `tx.fetch`, `tx.fetch_one`: statements that only read. What was moved is not in the database
     yet: call `await tx.write_rows()` before a statement that must see it, or that itself changes
     table `delivery` or `step`;
   - `tx.execute`: a statement that writes at once (for `INSERT ... RETURNING` use `tx.write`);
     returns how many rows it wrote;
   - new deliveries: `operation.draw_delivery_ids`, `intake.delivery_row`, `insert_deliveries`.
   Other processes write at the same time: what a check relied on must be held by a row lock
   (FOR UPDATE), a unique index, or a condition in the statement that writes.
5. Contract tests: `tests/continuity/store/postgres/test_store.py` inherits them all.

Migration 0001 has what SQLite got in its first two migrations, and also `message.purged_at`,
`delivery.round` and `edit_history`.
"""

from continuity.store.postgres.migration import migrate
from continuity.store.postgres.store import PostgresStore

__all__ = ["PostgresStore", "migrate"]
