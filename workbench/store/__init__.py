"""All SQL of the workbench. `Store(url)` has one object per concept; values come out as frozen dataclasses."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cached_property
from typing import TYPE_CHECKING

from workbench.store.changes import Changes
from workbench.store.database import Connection, Database
from workbench.store.expiry import Expiry
from workbench.store.jobs import Jobs
from workbench.store.upgrade import Schema
from workbench.store.workers import Workers

if TYPE_CHECKING:
    from workbench.store.batches import Batches
    from workbench.store.datasets import Datasets
    from workbench.store.feedback import Feedback
    from workbench.store.layouts import Layouts
    from workbench.store.lines import Lines
    from workbench.store.pages import Pages
    from workbench.store.projects import Projects
    from workbench.store.promotions import Promotions
    from workbench.store.schedules import Schedules
    from workbench.store.users import Users


class Store:
    """What the workbench remembers."""

    def __init__(self, url: str) -> None:
        """Remember where the database is; nothing is opened yet."""
        self.database = Database(url)
        self.schema = Schema(self.database)
        self.changes = Changes(self.database)
        self.expiry = Expiry(self.database)
        self.jobs = Jobs(self.database)
        self.workers = Workers(self.database)

    @cached_property
    def users(self) -> Users:
        """Return users, their keys and their workspaces."""
        from workbench.store.users import Users

        return Users(self.database)

    @cached_property
    def projects(self) -> Projects:
        """Return the projects."""
        from workbench.store.projects import Projects

        return Projects(self.database)

    @cached_property
    def pages(self) -> Pages:
        """Return the pages."""
        from workbench.store.pages import Pages

        return Pages(self.database)

    @cached_property
    def lines(self) -> Lines:
        """Return the lines with their readings and revisions."""
        from workbench.store.lines import Lines

        return Lines(self.database)

    @cached_property
    def batches(self) -> Batches:
        """Return how far the reading of projects is."""
        from workbench.store.batches import Batches

        return Batches(self.database)

    @cached_property
    def layouts(self) -> Layouts:
        """Return the lines that were found on pages."""
        from workbench.store.layouts import Layouts

        return Layouts(self.database)

    @cached_property
    def feedback(self) -> Feedback:
        """Return the ledger of what people said."""
        from workbench.store.feedback import Feedback

        return Feedback(self.database)

    @cached_property
    def datasets(self) -> Datasets:
        """Return the index of the datasets."""
        from workbench.store.datasets import Datasets

        return Datasets(self.database)

    @cached_property
    def promotions(self) -> Promotions:
        """Return which versions of models were promoted."""
        from workbench.store.promotions import Promotions

        return Promotions(self.database)

    @cached_property
    def schedules(self) -> Schedules:
        """Return the trainings that begin by themselves."""
        from workbench.store.schedules import Schedules

        return Schedules(self.database)

    def begin(self) -> AbstractContextManager[Connection]:
        """Run one unit of work; see `Database.begin`."""
        return self.database.begin()

    def connect(self) -> AbstractContextManager[Connection]:
        """Give a connection for reading; see `Database.connect`."""
        return self.database.connect()

    def upgrade(self) -> None:
        """Bring the tables to this version of the program; see `Schema.upgrade`."""
        self.schema.upgrade()

    def close(self) -> None:
        """Close all connections."""
        self.database.close()
