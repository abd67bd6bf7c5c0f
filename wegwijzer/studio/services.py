"""What the pages share: the workbench's modules, each made once, and what is expensive kept until it changes."""

from __future__ import annotations

import os
import threading
import time
from functools import cached_property
from pathlib import Path
from typing import Mapping, Optional

import sqlalchemy

from wegwijzer import paths
from wegwijzer.catalogue import Catalogue, load_catalogue
from wegwijzer.errors import SetupError
from wegwijzer.inbox import Kept, read_inbox
from wegwijzer.language import load_language
from wegwijzer.stores.engines import open_engine
from wegwijzer.studio.handled import HandledQuestions
from wegwijzer.studio.jobs import Jobs
from wegwijzer.studio.labels import Label, make_labels
from wegwijzer.studio.present import PresentModel
from wegwijzer.studio.settings import Settings
from wegwijzer.workbench.candidates import Candidates
from wegwijzer.workbench.example_files import ExampleFiles
from wegwijzer.workbench.history import History
from wegwijzer.workbench.lint import Linter
from wegwijzer.workbench.models import Archive
from wegwijzer.workbench.proposals import Proposals

_SHARED_SECONDS = 10
"""How long what was read from a shared database counts."""


class Services:
    """Everything behind the pages.

    Args:
        settings: of this workbench.
        root: the project's folder.
    """

    def __init__(self, settings: Settings, root: Path = paths.ROOT) -> None:
        self.settings = settings
        self.root = root
        self.files = ExampleFiles(root)
        self.candidates = Candidates(root)
        self.archive = Archive(root)
        self.history = History(root)
        self.proposals = Proposals(root)
        self.present = PresentModel(root)
        self.handled = HandledQuestions(settings.folder / "postvak.db")
        self.jobs = Jobs()
        self.kept_in = root / "var" / "werkbank"
        self._lock = threading.Lock()
        self._inbox: tuple[object, list[Kept]] = (None, [])
        self._catalogue: tuple[object, Optional[Catalogue]] = (None, None)

    @cached_property
    def linter(self) -> Linter:
        """What looks for faults in an example; made when it is first asked for, because spaCy takes seconds."""
        return Linter(self.files, load_language())

    def warm(self) -> None:
        """Loads in the background what a trainer would otherwise wait for."""
        self.present.start()
        self.jobs.start("lezen", lambda say: (self.files.read(), self.linter), "")

    def inbox(self) -> list[Kept]:
        """Returns the questions of the inbox; read again when the conversations changed."""
        if self.settings.shared_database:
            return self._shared_inbox()
        database = self.settings.database
        stamp = [
            (p.stat().st_mtime_ns, p.stat().st_size)
            for p in (database, database.with_name(f"{database.name}-wal"))
            if p.is_file()
        ]
        if not stamp:
            return []
        with self._lock:
            if self._inbox[0] != stamp:
                engine = sqlalchemy.create_engine(f"sqlite:///file:{database}?mode=ro&uri=true")
                try:
                    self._inbox = (stamp, read_inbox(engine))
                finally:
                    engine.dispose()
            return self._inbox[1]

    def _shared_inbox(self) -> list[Kept]:
        with self._lock:
            stamp = int(time.monotonic() / _SHARED_SECONDS)
            if self._inbox[0] != stamp:
                engine = open_engine(self.settings.shared_database)
                try:
                    self._inbox = (stamp, read_inbox(engine))
                except sqlalchemy.exc.SQLAlchemyError as error:
                    raise SetupError(
                        f"de database met gesprekken antwoordt niet ({type(error).__name__})"
                    ) from None
                finally:
                    engine.dispose()
            return self._inbox[1]

    def kept(self, number: int) -> Optional[Kept]:
        """Returns the question of the inbox with this number, or None."""
        return next((kept for kept in self.inbox() if kept.number == number), None)

    def catalogue(self) -> Catalogue:
        """Returns the catalogue as it is in its files now.

        Raises:
            CatalogueError: when a file is wrong.
        """
        root = self.root / "catalogus"
        stamp = [
            (entry.path, entry.stat().st_mtime_ns)
            for folder in (root, root / "organisaties")
            for entry in sorted(os.scandir(folder), key=lambda entry: entry.name)
        ]
        with self._lock:
            if self._catalogue[0] != stamp or self._catalogue[1] is None:
                self._catalogue = (stamp, load_catalogue(root))
            assert self._catalogue[1] is not None
            return self._catalogue[1]

    def labels(self) -> Mapping[str, Label]:
        """Returns the labels by id."""
        return make_labels(self.files.intents(), self.catalogue())
