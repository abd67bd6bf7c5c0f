"""What changed in data/ and catalogus/ since the last commit, for people who do not know git."""

from __future__ import annotations

import datetime
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from wegwijzer import paths
from wegwijzer.errors import SetupError
from wegwijzer.workbench import texts
from wegwijzer.workbench.keeping import locked, name_of

FOLDERS = ("data", "catalogus")
_EMAIL = "trainer@wegwijzer.invalid"
"""git wants an address with a name; trainers have none here."""
_FIELDS = "%H%x1f%an%x1f%aI%x1f%s"
_START = "\x1e"


@dataclass(frozen=True)
class Pending:
    """A file that differs from the last commit.

    Attributes:
        path: relative to the project's folder.
        added: lines added.
        removed: lines removed.
        diff: as git shows it.
    """

    path: str
    added: int
    removed: int
    diff: str


@dataclass(frozen=True)
class Commit:
    """A change that is recorded.

    Attributes:
        id: git's, in full.
        who: name of the author.
        when: UTC.
        message: first line.
        files: relative to the project's folder, those under data/ and catalogus/ only.
    """

    id: str
    who: str
    when: datetime.datetime
    message: str
    files: tuple[str, ...]


class History:
    """The history of one tree.

    Args:
        root: the project's folder.
    """

    def __init__(self, root: Path = paths.ROOT) -> None:
        self.root = root

    def available(self) -> bool:
        """Returns whether this tree is kept in git; without git saves can still be undone."""
        if shutil.which("git") is None:
            return False
        command = ["git", "rev-parse", "--verify", "-q", "HEAD"]
        return subprocess.run(command, cwd=self.root, capture_output=True).returncode == 0

    def _git(self, *arguments: str) -> str:
        """Returns what git says about the folders; raises SetupError with its words when it fails."""
        if not self.available():
            raise SetupError(texts.NO_GIT.format(root=self.root))
        # Whatever this machine's settings are: names in full, no colours, no other prefixes.
        settings = ["-c", "core.quotePath=false", "-c", "color.ui=false", "-c", "diff.noprefix=false"]
        done = subprocess.run(["git", *settings, *arguments], cwd=self.root, capture_output=True, text=True)
        if done.returncode != 0:
            reason = " ".join((done.stderr or done.stdout).split())
            raise SetupError(texts.GIT_REFUSED.format(reason=reason))
        return done.stdout

    def _folders(self) -> list[str]:
        return [folder for folder in FOLDERS if (self.root / folder).exists()]

    def patch(self) -> str:
        """Returns all pending changes as a patch that `git apply` takes; '' when there are none.

        Raises:
            SetupError: when this tree is not kept in git.
        """
        with locked(self.root / "var" / "werkbank"):
            return self._patch()

    def _patch(self) -> str:
        changed = self._git("diff", "--no-ext-diff", "--no-renames", "HEAD", "--", *self._folders())
        return changed + "".join(map(self._of_new, self._new()))

    def _new(self) -> list[str]:
        """Returns the files that git does not know yet."""
        listed = self._git("ls-files", "-z", "--others", "--exclude-standard", "--", *self._folders())
        return [name for name in listed.split("\0") if name]

    def _of_new(self, name: str) -> str:
        command = [
            "git",
            "-c",
            "core.quotePath=false",
            "-c",
            "color.ui=false",
            "diff",
            "--no-ext-diff",
            "--no-index",
        ]
        done = subprocess.run([*command, "/dev/null", name], cwd=self.root, capture_output=True, text=True)
        return done.stdout

    def pending(self) -> list[Pending]:
        """Returns the files under data/ and catalogus/ that differ from the last commit.

        Raises:
            SetupError: when this tree is not kept in git.
        """
        found = []
        for part in re.split(r"^(?=diff --git )", self.patch(), flags=re.MULTILINE):
            if not part:
                continue
            match = re.match(r"diff --git a/(?P<old>.+) b/(?P<new>.+)\n", part)
            assert match is not None, part
            lines = part.split("\n@@", 1)[-1].split("\n")
            added, removed = (sum(line.startswith(sign) for line in lines) for sign in "+-")
            found.append(Pending(match["new"], added, removed, part))
        return sorted(found, key=lambda pending: pending.path)

    def commit(self, who: str, message: str) -> Commit:
        """Records the pending changes in the trainer's name; what else stands ready in git stays so.

        Raises:
            SetupError: when nothing changed, a name or message is missing, or git refuses (it says why).
        """
        name, subject = name_of(who), " ".join(message.split())
        if not subject:
            raise SetupError(texts.NO_MESSAGE)
        with locked(self.root / "var" / "werkbank"):
            if not self._patch():
                raise SetupError(texts.NOTHING_CHANGED)
            new = self._new()
            if new:
                self._git("add", "--intent-to-add", "--", *new)
            identity = ["-c", f"user.name={name}", "-c", f"user.email={_EMAIL}"]
            author = f"--author={name} <{_EMAIL}>"
            self._git(*identity, "commit", "-q", author, "-m", subject, "--only", "--", *self._folders())
            return self._log(1)[0]

    def log(self, most: int = 50) -> list[Commit]:
        """Returns the commits that touched data/ or catalogus/, newest first.

        Raises:
            SetupError: when this tree is not kept in git.
        """
        return self._log(most)

    def _log(self, most: int) -> list[Commit]:
        said = self._git(
            "log",
            f"-{most}",
            "--no-renames",
            "--no-merges",
            "--name-only",
            f"--format={_START}{_FIELDS}",
            "--",
            *self._folders(),
        )
        return [_commit(part) for part in said.split(_START) if part.strip()]


def _commit(part: str) -> Commit:
    head, *files = part.strip("\n").split("\n")
    number, who, when, message = head.split("\x1f")
    moment = datetime.datetime.fromisoformat(when.replace("Z", "+00:00")).astimezone(datetime.timezone.utc)
    return Commit(number, who, moment, message, tuple(file for file in files if file))
