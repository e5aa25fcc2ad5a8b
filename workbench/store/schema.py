"""The tables of the database, one SQLAlchemy Core description for SQLite and PostgreSQL.

Times are seconds since the epoch (UTC, float). Ids are integers of the database; a workspace is named by its slug.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

workspaces = Table(
    "workspaces",
    metadata,
    Column("slug", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),  # local | user | demo
    Column("created", Float, nullable=False),
    Column("expires", Float),  # demo only: when it is thrown away
    Column("promotion", String(8)),  # hand | auto: who promotes a better model; None = hand
)

users = Table(
    "users",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("workspace", ForeignKey("workspaces.slug"), nullable=False),
    Column("password", Text, nullable=False),  # argon2 hash; "" until the invitation is used
    Column("role", String(16), nullable=False),  # admin | person
    Column("created", Float, nullable=False),
    Column("disabled", Boolean, nullable=False, default=False),
)

keys = Table(  # everything that opens a door: browser sessions, API tokens, one-time links; only hashes are kept
    "keys",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),  # session | token | invitation
    Column("hash", String(64), nullable=False, unique=True),  # sha256 of the secret
    Column("workspace", ForeignKey("workspaces.slug"), nullable=False),
    Column("user_id", ForeignKey("users.id")),  # none for a visitor of a demo
    Column("name", String(128), nullable=False, default=""),
    Column("created", Float, nullable=False),
    Column("used", Float),
    Column("expires", Float),
)

projects = Table(
    "projects",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("workspace", ForeignKey("workspaces.slug"), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("engine", String(64)),  # None = the default of the workbench
    Column("model", String(200)),  # None = the rule of models decides
    Column("options", JSON, nullable=False, default=dict),
    Column("created", Float, nullable=False),
    Column("deleted", Float),  # in the trash since
    sqlite_autoincrement=True,  # an address never comes to mean another thing
)

pages = Table(
    "pages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("project_id", ForeignKey("projects.id"), nullable=False, index=True),
    Column("position", Float, nullable=False),  # order within the project
    Column("name", String(300), nullable=False),
    Column("source", String(64), nullable=False, index=True),  # blob key of the upload
    Column("frame", Integer, nullable=False, default=0),  # page of a PDF or TIFF
    Column("layout", String(8), nullable=False, default="page"),  # page | line: the whole image is one line
    Column("state", String(16), nullable=False),  # queued | reading | read | failed
    Column("message", Text, nullable=False, default=""),  # of a failure: what is wrong
    Column("hint", Text, nullable=False, default=""),  # of a failure: what to do
    Column("width", Integer),  # pixels of the upright image, None until it was opened
    Column("height", Integer),
    Column("scan", String(64)),  # blob key of the browser's image
    Column("thumbnail", String(64)),
    Column("direction", String(3), nullable=False, default="rtl"),
    Column("engine", String(64)),  # that read it last
    Column("model", String(200), nullable=False, default=""),
    Column("options", JSON, nullable=False, default=dict),  # of that engine
    Column("reading_key", String(64), index=True),  # hash of source, frame, engine, model and options: equal pages are read once
    Column("created", Float, nullable=False),
    Column("deleted", Float),
    Column("split", String(8)),  # train | held_out | test, decided once; None = not yet
    Column("split_by", String(64)),  # the person who decided that; None = the program did
    sqlite_autoincrement=True,  # an address never comes to mean another thing
)

layouts = Table(  # what engines found on pages, kept for the next reading: throwing it away costs time and nothing else
    "layouts",
    metadata,
    Column("page_id", ForeignKey("pages.id"), primary_key=True),
    Column("finder", String(200), primary_key=True),  # equal finders find equal lines in equal order on equal images
    Column("lines", JSON, nullable=False),  # [[baseline, polygon], …] in reading order, each [[x, y], …] pixels
    Column("created", Float, nullable=False),
)

lines = Table(
    "lines",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("page_id", ForeignKey("pages.id"), nullable=False, index=True),
    Column("position", Float, nullable=False),  # reading order within the page
    Column("baseline", JSON, nullable=False),  # [[x, y], …] pixels
    Column("polygon", JSON, nullable=False),
    Column("origin", String(8), nullable=False),  # found | added | imported
    Column("is_line", Boolean, nullable=False, default=True),  # False: a person said that this is not a line
    Column("direction", String(4), nullable=False, default="auto"),  # auto | rtl | ltr
    Column("revision", Integer, nullable=False, default=0),  # 0 = not read yet
    Column("text", Text, nullable=False, default=""),  # of the current revision
    Column("state", String(12), nullable=False, default="waiting"),  # waiting | read | saved | unreadable
    Column("reason", Text, nullable=False, default=""),  # why the text is empty, by an engine or a person
    Column("reading_id", Integer),  # the latest reading; beside a person's text it is a suggestion
    Column("learnt_revision", Integer),  # the newest revision that a model has learnt from
    Column("learnt_by", String(200)),  # full name of that model
    sqlite_autoincrement=True,  # an address never comes to mean another thing
)

revisions = Table(
    "revisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("line_id", ForeignKey("lines.id"), nullable=False, index=True),
    Column("revision", Integer, nullable=False),  # 1, 2, 3 …
    Column("base", Integer, nullable=False),  # the revision it was made from
    Column("text", Text, nullable=False),
    Column("state", String(12), nullable=False),  # read | saved | unreadable
    Column("reason", Text, nullable=False, default=""),
    Column("author", String(64), nullable=False),  # a person's name, or the model's
    Column("source", String(8), nullable=False),  # person | model | import
    Column("action", String(12), nullable=False),  # read | correct | accept | unreadable | restore | import
    Column("reading_id", Integer),
    Column("seconds", Float),  # that the person spent on it
    Column("created", Float, nullable=False),
    UniqueConstraint("line_id", "revision"),
    Index("revisions_ledger", "source", "id"),
)

readings = Table(
    "readings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("line_id", ForeignKey("lines.id"), nullable=False, index=True),
    Column("engine", String(64), nullable=False),
    Column("model", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("chars", JSON, nullable=False),  # [[text, confidence, [x0, y0, x1, y1], [[text, confidence], …]], …]
    Column("confidence", Float),
    Column("reason", Text, nullable=False, default=""),
    Column("created", Float, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(32), nullable=False),  # ocr.read_page, ocr.read_lines …
    Column("lane", String(16), nullable=False),  # ocr | segmentation | audio | train
    Column("workspace", ForeignKey("workspaces.slug"), nullable=False, index=True),
    Column("owner", String(64), nullable=False),
    Column("title", String(300), nullable=False, default=""),
    Column("subject", String(64), nullable=False, default="", index=True),  # what it works on: page:12
    Column("parameters", JSON, nullable=False),
    Column("priority", Integer, nullable=False, default=1),  # 0 interactive, 1 batch, 2 background
    Column("state", String(12), nullable=False),  # queued | running | cancelling | done | failed | cancelled
    Column("attempt", Integer, nullable=False, default=0),  # grows with every claim; every write of a running job names it
    Column("lost", Integer, nullable=False, default=0),  # how often its worker died or went silent
    Column("worker", String(64)),
    Column("progress", Float, nullable=False, default=0.0),
    Column("message", Text, nullable=False, default=""),
    Column("metrics", JSON, nullable=False, default=dict),  # the latest figures
    Column("result", JSON),
    Column("error", Text, nullable=False, default=""),
    Column("hint", Text, nullable=False, default=""),
    Column("created", Float, nullable=False),
    Column("started", Float),  # of the latest attempt
    Column("beat", Float),  # the worker is alive
    Column("reported", Float),  # the work goes on; of a cancelling job: when it was asked to stop
    Column("finished", Float),
    Column("asked", String(16)),  # of a running job: finish = end early and keep what it has
    Index("jobs_queue", "lane", "state", "priority", "id"),
    Index("jobs_turns", "workspace", "lane", "started"),  # whose turn it is
    sqlite_autoincrement=True,  # an address never comes to mean another thing
)

reports = Table(  # the log and the curves of a job
    "reports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("job_id", ForeignKey("jobs.id"), nullable=False, index=True),
    Column("time", Float, nullable=False),
    Column("progress", Float, nullable=False),
    Column("message", Text, nullable=False),
    Column("metrics", JSON, nullable=False),
)

workers = Table(
    "workers",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("lane", String(16), nullable=False),
    Column("program", String(64), nullable=False, default=""),  # fingerprint of the code that it runs
    Column("host", String(128), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started", Float, nullable=False),  # of the process: tells a reused pid
    Column("beat", Float, nullable=False),
    Column("job_id", Integer),
)

datasets = Table(  # each is a file of its own beside the database; this is the index of them
    "datasets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("workspace", ForeignKey("workspaces.slug"), nullable=False, index=True),
    Column("task", String(16), nullable=False),  # ocr | segmentation | audio
    Column("name", String(200), nullable=False),
    Column("sha256", String(64), nullable=False),  # of the file
    Column("sources", JSON, nullable=False),  # [{"project": id, "name": …}, …] or [{"folder": name}, …]
    Column("documents", Integer, nullable=False),
    Column("examples", Integer, nullable=False),
    Column("author", String(64), nullable=False),
    Column("created", Float, nullable=False),
    sqlite_autoincrement=True,  # an address never comes to mean another thing
)

dataset_images = Table(  # the uploads that a dataset needs, for as long as it is there
    "dataset_images",
    metadata,
    Column("dataset_id", ForeignKey("datasets.id"), primary_key=True),
    Column("image", String(64), primary_key=True, index=True),  # blob key
)

promotions = Table(  # which version of a model reads: the last row of a model, and of a script, counts; rows are only added
    "promotions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("workspace", ForeignKey("workspaces.slug"), nullable=False, index=True),
    Column("model", String(200), nullable=False),  # <owner>/<task>/<name>
    Column("version", Integer),  # None = none of them any more
    Column("script", String(32), nullable=False),  # that the version reads; "" = it does not say
    Column("author", String(64), nullable=False),
    Column("reason", Text, nullable=False, default=""),  # why, when nobody did it by hand
    Column("created", Float, nullable=False),
    sqlite_autoincrement=True,
)

schedules = Table(  # trainings that begin by themselves
    "schedules",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("workspace", ForeignKey("workspaces.slug"), nullable=False, index=True),
    Column("author", String(64), nullable=False),
    Column("task", String(16), nullable=False),
    Column("name", String(64), nullable=False),  # of the model
    Column("projects", JSON, nullable=False),  # ids
    Column("base_model", String(200), nullable=False),  # "" = the promoted one of that name, else its newest, else what reads
    Column("options", JSON, nullable=False),
    Column("every", Integer),  # after so many new corrections
    Column("hour", Integer),  # every night at this hour of the server's clock, 0..23
    Column("seen", Integer, nullable=False, default=0),  # the newest revision when it last began
    Column("ran", Float),  # when it last began
    Column("job_id", Integer),  # that it began
    Column("message", Text, nullable=False, default=""),  # why it did not begin
    Column("created", Float, nullable=False),
    sqlite_autoincrement=True,
)

changes = Table(  # what happened, in order: the event stream of the browsers reads from here
    "changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("workspace", String(64), nullable=False),
    Column("kind", String(16), nullable=False),  # job | page | line | project
    Column("ref", Integer, nullable=False),  # id of that thing
    Column("page_id", Integer),  # for lines: the page
    Column("time", Float, nullable=False),
    sqlite_autoincrement=True,  # ids never come again after old rows are pruned
)
