"""Tables of what comes in and goes out: imports, exports, and which workouts are one.

`absorption` and `duplicate` hold the rider's word: events never touch them, as they never touch `rider_note`.
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.store.tables import metadata


def _uuid(name: str, *, primary_key: bool = False) -> sa.Column[object]:
    return sa.Column(name, pg.UUID(as_uuid=True), primary_key=primary_key, nullable=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


def _now(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())


# One row an import. How far it is follows from its files.
import_job = sa.Table(
    "import_job",
    metadata,
    _uuid("import_id", primary_key=True),
    _uuid("user_id"),
    sa.Column("time_zone", sa.Text, nullable=False),
    _now("created_at"),
)
sa.Index("import_job_by_user", import_job.c.user_id, import_job.c.import_id.desc())

# One row a file that came whole. `state` is a TransferState of the contract, `format` a FileFormat; `fence` counts
# claims, and only the newest one may write. Its bytes go with its last item, so that no position stays.
import_file = sa.Table(
    "import_file",
    metadata,
    _uuid("file_id", primary_key=True),
    sa.Column(
        "import_id",
        pg.UUID(as_uuid=True),
        sa.ForeignKey(import_job.c.import_id, ondelete="CASCADE"),
        nullable=False,
    ),
    _uuid("user_id"),
    sa.Column("file_name", sa.Text, nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("digest", sa.LargeBinary, nullable=False),
    sa.Column("format", sa.SmallInteger, nullable=False, server_default="0"),
    sa.Column("state", sa.SmallInteger, nullable=False, server_default="1"),
    _count("item_count"),
    _count("finished_count"),
    _count("created_count"),
    _count("known_count"),
    _count("problem_count"),
    sa.Column("problems", pg.JSONB, nullable=False, server_default=sa.text("'[]'::jsonb")),
    sa.Column("workout_ids", pg.ARRAY(pg.UUID(as_uuid=True)), nullable=False, server_default="{}"),
    _now("created_at"),
    _now("due_at"),
    sa.Column("fence", sa.BigInteger, nullable=False, server_default="0"),
    sa.Index("import_file_once", "import_id", "digest", unique=True),
)
sa.Index("import_file_due", import_file.c.created_at, postgresql_where=import_file.c.state < sa.text("3"))
sa.Index("import_file_by_user", import_file.c.user_id)

# Bytes of a file while it comes and until it is read. They come before the row of their file: what an upload that
# broke off left behind is swept. A size of 0 says that nobody will read them: workers delete them piece by piece.
import_chunk = sa.Table(
    "import_chunk",
    metadata,
    _uuid("file_id", primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    _uuid("user_id"),
    sa.Column("size_bytes", sa.Integer, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
    _now("created_at"),
)
sa.Index("import_chunk_by_user", import_chunk.c.user_id, import_chunk.c.size_bytes)
sa.Index(
    "import_chunk_let_go",
    import_chunk.c.file_id,
    import_chunk.c.place,
    postgresql_where=import_chunk.c.size_bytes == sa.text("0"),
)

# One row an export of everything. Of the secret that opens it only the digest is here.
export = sa.Table(
    "export",
    metadata,
    _uuid("export_id", primary_key=True),
    _uuid("user_id"),
    _now("created_at"),
    sa.Column("formats", pg.ARRAY(sa.SmallInteger), nullable=False),
    sa.Column("state", sa.SmallInteger, nullable=False, server_default="1"),
    _count("workout_count"),
    _count("finished_count"),
    sa.Column("size_bytes", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("expires_at", sa.DateTime(timezone=True)),
    sa.Column("secret_digest", sa.LargeBinary),
    sa.Column("secret_expires_at", sa.DateTime(timezone=True)),
    sa.Column("problem", sa.Text, nullable=False, server_default=""),
    _now("due_at"),
    sa.Column("fence", sa.BigInteger, nullable=False, server_default="0"),
)
sa.Index("export_by_user", export.c.user_id, export.c.export_id.desc())
sa.Index("export_under_way", export.c.user_id, unique=True, postgresql_where=export.c.state < sa.text("3"))

# Bytes of an export. Those of one whose time is over go piece by piece, and then its row.
export_chunk = sa.Table(
    "export_chunk",
    metadata,
    sa.Column(
        "export_id",
        pg.UUID(as_uuid=True),
        sa.ForeignKey(export.c.export_id, ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("place", sa.Integer, primary_key=True),
    _uuid("user_id"),
    sa.Column("data", sa.LargeBinary, nullable=False),
)
sa.Index("export_chunk_by_user", export_chunk.c.user_id)

# Which workout lies beneath which; `into_id` is none once that was undone. `revision` is that of the published fact.
absorption = sa.Table(
    "absorption",
    metadata,
    _uuid("absorbed_id", primary_key=True),
    _uuid("user_id"),
    sa.Column("into_id", pg.UUID(as_uuid=True)),
    sa.Column("revision", sa.BigInteger, nullable=False),
    _now("changed_at"),
    sa.CheckConstraint("into_id <> absorbed_id", name="absorption_into_another"),
)
sa.Index(
    "absorption_by_user", absorption.c.user_id, absorption.c.into_id, postgresql_where=absorption.c.into_id.is_not(None)
)

# Pairs that once overlapped in time, by which suggestions are found; whether they still do is looked at when they are
# read. `workout_id` is the lower of the two ids.
duplicate = sa.Table(
    "duplicate",
    metadata,
    _uuid("workout_id", primary_key=True),
    _uuid("other_id", primary_key=True),
    _uuid("user_id"),
    sa.Column("start_time", sa.DateTime(timezone=True), nullable=False),
    sa.Column("dismissed_at", sa.DateTime(timezone=True)),
    sa.CheckConstraint("workout_id < other_id", name="duplicate_in_order"),
)
sa.Index("duplicate_by_time", duplicate.c.user_id, duplicate.c.start_time.desc(), duplicate.c.workout_id.desc())
sa.Index("duplicate_by_other", duplicate.c.other_id)

# Pairs that are merged, or taken apart again, together. Those before `finished_count` are dealt with in the direction
# that `is_undone` tells; `attempts` counts claims that got no further.
merge_batch = sa.Table(
    "merge_batch",
    metadata,
    _uuid("batch_id", primary_key=True),
    _uuid("user_id"),
    _now("created_at"),
    sa.Column("state", sa.SmallInteger, nullable=False, server_default="1"),
    sa.Column("is_undone", sa.Boolean, nullable=False, server_default=sa.false()),
    _count("pair_count"),
    _count("finished_count"),
    _count("merged_count"),
    _now("due_at"),
    sa.Column("fence", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("attempts", sa.SmallInteger, nullable=False, server_default="0"),
)
sa.Index("merge_batch_by_user", merge_batch.c.user_id, merge_batch.c.batch_id.desc())
sa.Index(
    "merge_batch_under_way", merge_batch.c.user_id, unique=True, postgresql_where=merge_batch.c.state < sa.text("3")
)

# The pairs of a batch, in the order in which they come; whether the batch put the one beneath the other.
merge_batch_pair = sa.Table(
    "merge_batch_pair",
    metadata,
    sa.Column(
        "batch_id",
        pg.UUID(as_uuid=True),
        sa.ForeignKey(merge_batch.c.batch_id, ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("place", sa.Integer, primary_key=True),
    _uuid("user_id"),
    _uuid("primary_id"),
    _uuid("absorbed_id"),
    sa.Column("is_merged", sa.Boolean, nullable=False, server_default=sa.false()),
)
sa.Index("merge_batch_pair_by_user", merge_batch_pair.c.user_id)
