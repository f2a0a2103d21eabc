"""Uncommitted work: kept under named refs without touching index or files, cleared away, and given back."""

import os
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from rollback.tools.errors import PreconditionError, StepError, VerificationError, first_few
from rollback.tools.files import read_json, write_json
from rollback.tools.git import Git

_IN_PROGRESS = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "BISECT_LOG", "rebase-merge", "rebase-apply")

_BRANCHES = "refs/heads/"  # in full: a tag may have a branch's name
_AS_IT_IS = "* -text -filter -ident !working-tree-encoding\n"
_WHOLE_INDEX = b"\n[core]\n\tsplitIndex = false\n\tfsmonitor = false\n"  # an index may refer to files beside it


@dataclass(frozen=True)
class Snapshot:
    """A checkout as it was, with everything uncommitted."""

    head: str
    branch: str | None  # None: detached
    index: str  # tree of what was staged
    files: str  # tree of all files that git does not ignore, byte for byte

    @property
    def place(self) -> str:
        """Where HEAD is, in words."""
        return f"on branch {self.branch}" if self.branch else "detached"

    def save(self, path: Path) -> None:
        """Write it, whole."""
        write_json(path, asdict(self))

    @staticmethod
    def load(path: Path) -> "Snapshot":
        """Read it."""
        return Snapshot(**read_json(path))


class Worktree:
    """One checkout during a rollback; `folder` is the run's own."""

    def __init__(self, git: Git, folder: Path) -> None:
        self.git = git
        self.folder = folder
        self.excludes = folder / "excludes"

    def keep_excludes(self) -> None:
        """Remember what is ignored today: the release point ignores less, and what it shows is not uncommitted work."""
        code, personal, _ = self.git.attempt("config", "--path", "core.excludesFile")
        usual = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "git" / "ignore"
        # What comes later wins.
        sources = [Path(personal.strip()) if code == 0 else usual, self.git.root / ".gitignore"]
        texts = [source.read_bytes() for source in sources if source.is_file()]
        self.excludes.write_bytes(b"\n".join(texts) + b"\n")

    def changes(self) -> list[str]:
        """Uncommitted work, one line of `git status` each."""
        return self.git.names(*self._excluding(), "status", "--porcelain", "-z", "--untracked-files=all")

    def refuse_unfinished(self) -> None:
        """Refuse to change the checkout amid a merge or a rebase: they are more than files.

        Raises:
            PreconditionError: one is going on.
        """
        found = [name for name in _IN_PROGRESS if self.git.path(name).exists()]
        if found or self.git("ls-files", "--unmerged"):
            raise PreconditionError(f"{self.git.root}: {', '.join(found) or 'a conflict'}: finish or abort that first")

    def overlooked(self) -> dict[str, list[str]]:
        """Files that git was told not to look at, by the option of `git update-index` that lifts that."""
        lines = self.git.names("ls-files", "-v", "-z")
        found = {
            "--no-assume-unchanged": [line[2:] for line in lines if line[0].islower()],
            "--no-skip-worktree": [line[2:] for line in lines if line[0] in "Ss"],
        }
        return {option: names for option, names in found.items() if names}

    def refuse_overlooked(self) -> None:
        """Refuse to start where edits may be that git does not show: it would overwrite them, or fail amid the switch.

        Raises:
            PreconditionError: there is such a file.
        """
        for option, names in self.overlooked().items():
            raise PreconditionError(
                f"{first_few(names)}: git overlooks edits there; git update-index {option} FILE lifts that"
            )

    def tree(self) -> str:
        """The tree of all files as they are, byte for byte, made in an index of its own that has looked at none yet."""
        exact = self._exact(self.folder / "index")
        (self.folder / "index").unlink(missing_ok=True)
        self.git("update-index", "-z", "--index-info", environment=exact, given=self.git("ls-files", "--stage", "-z"))
        self.git(*self._excluding(), "add", "--all", environment=exact)
        tree = self.git("write-tree", environment=exact).strip()
        (self.folder / "index").unlink()
        return tree

    def look(self) -> Snapshot:
        """The checkout as it is now; nothing names its trees yet."""
        head = self.git.commit_of("HEAD")
        if head is None:
            raise PreconditionError(f"{self.git.root}: has no commit yet")
        _, branch, _ = self.git.attempt("symbolic-ref", "--quiet", "HEAD")
        index = self.git("write-tree").strip()
        return Snapshot(head, branch.strip().removeprefix(_BRANCHES) or None, index, self.tree())

    def snapshot(self, *refs: str) -> Snapshot:
        """Take one; the commits that hold it are named, so that nothing collects them."""
        found = self.look()
        self.name(found, *refs)
        return found

    def name(self, found: Snapshot, *refs: str) -> None:
        """Name the commits that hold a snapshot."""
        prefix = "/".join(("refs/rollback", *refs))
        self.git("update-ref", f"{prefix}/head", found.head)
        for name, tree in (("index", found.index), ("files", found.files)):
            message = f"rollback {refs[0]}: {name}"
            commit = self.git("commit-tree", tree, "-p", found.head, "-m", message).strip()
            self.git("update-ref", f"{prefix}/{name}", commit)

    def keep(self, run_id: str, name: str) -> list[Snapshot]:
        """Keep the checkout as it is now as NAME, NAME-2, …, unless it is kept; returns all that is kept so."""
        kept = self.kept(name)
        now = self.look()
        if now not in kept:
            number = f"-{len(kept) + 1}" if kept else ""
            self.name(now, run_id, name + number)
            now.save(self.folder / f"{name}{number}.json")
            kept.append(now)
        return kept

    def kept(self, name: str) -> list[Snapshot]:
        """What `keep` has kept."""
        return [Snapshot.load(path) for path in self.folder.glob(f"{name}*.json")]

    def in_the_way(self, target: str) -> list[str]:
        """Ignored files at paths that the target tracks: git would overwrite them."""
        added = self.git.names("diff", "--no-renames", "--name-only", "-z", "--diff-filter=A", "HEAD", target)
        return [name for name in added if os.path.lexists(self.git.root / name)]

    def clear(self, kept_trees: Iterable[str], target: str, aside: Path) -> str | None:
        """Take all uncommitted work away: what the trees hold is removed, what else is in the target's way set aside.

        Also what an interrupted switch has left. Returns a note, if there is anything to say.
        """
        note = self.git.await_index()
        for option, names in self.overlooked().items():
            self.git("update-index", option, "-z", "--stdin", given="\0".join(names))
        self.git("reset", "--hard", "--quiet")
        kept = {name for tree in kept_trees for name in self.git.names("ls-tree", "-r", "-z", "--name-only", tree)}
        for name in self.git.names(*self._excluding(), "ls-files", "--others", "--exclude-standard", "-z"):
            if name in kept:
                (self.git.root / name).unlink(missing_ok=True)
        for name in kept:
            self._remove_empty_folders(name)
        for name in self.in_the_way(target):
            place = aside / name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(self.git.root / name, place)
        return note

    def switch_to_branch(self, branch: str, commit: str) -> None:
        """Make the branch at the commit, and the checkout equal to it."""
        self.git("switch", "--quiet", "--no-overwrite-ignore", "--force-create", branch, commit)

    def switch_back(self, snapshot: Snapshot) -> str | None:
        """Go back to the commit of the snapshot, on its branch if it still ends there; else returns why not."""
        end = self.git.commit_of(f"{_BRANCHES}{snapshot.branch}")
        reason = "has moved" if end else "is gone"
        if snapshot.branch and end == snapshot.head:
            code, _, err = self.git.attempt("switch", "--quiet", "--no-overwrite-ignore", snapshot.branch)
            if code == 0:
                return None
            if "already checked out" not in err and "already used by worktree" not in err:
                raise StepError(f"git switch {snapshot.branch}: {' '.join(err.split())}")
            reason = "is checked out elsewhere"
        self.git("switch", "--quiet", "--no-overwrite-ignore", "--detach", snapshot.head)
        if snapshot.branch:
            return f"HEAD is detached at {snapshot.head[:12]}, for branch {snapshot.branch} {reason}"
        return None

    def give_back(self, snapshot: Snapshot) -> None:
        """Put uncommitted work into a clean checkout of its commit: files first, then what was staged."""
        self.git("read-tree", "--reset", "-u", snapshot.files, environment=self._exact(self.git.path("index")))
        self.git("read-tree", snapshot.index)
        self.git.attempt("update-index", "--quiet", "--refresh")

    def prove(self, snapshot: Snapshot, *, detached: bool) -> None:
        """Show that the checkout is what it was; the branch only if HEAD did not have to be detached.

        Raises:
            VerificationError: naming what is not.
        """
        now = self.look()
        wrong = [f"HEAD is {now.head}, was {snapshot.head}"] if now.head != snapshot.head else []
        if now.branch != snapshot.branch and not (detached and now.branch is None):
            wrong.append(f"HEAD is {now.place}, was {snapshot.place}")
        wrong += self._differences("staged", snapshot.index, now.index)
        wrong += self._differences("files", snapshot.files, now.files)
        if wrong:
            raise VerificationError(f"{self.git.root}: {'; '.join(wrong)}; undo that, then: resume --yes")

    def _differences(self, what: str, before: str, now: str) -> list[str]:
        """Names the first few paths in which two trees differ, each with git's letter for added, deleted, modified."""
        if before == now:
            return []
        found = iter(self.git.names("diff-tree", "-r", "-z", "--name-status", before, now))
        changes = [f"{letter} {name}" for letter, name in zip(found, found, strict=True)]
        return [f"{what} differ from before ({first_few(changes)})"]

    def _exact(self, index: Path) -> dict[str, str]:
        """Lets git read and write files as they are: no line ends, filters or keywords are converted.

        Only the attributes in a git folder win over those of the tree, so this is a git folder with the same objects.
        """
        folder = self.folder / "exact.git"
        for name in ("info", "refs"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "HEAD").write_text("ref: refs/heads/none\n", encoding="utf-8")
        (folder / "info" / "attributes").write_text(_AS_IT_IS, encoding="utf-8")
        (folder / "config").write_bytes(self.git.path("config").read_bytes() + _WHOLE_INDEX)
        if self.git.path("info/exclude").exists():
            shutil.copyfile(self.git.path("info/exclude"), folder / "info" / "exclude")
        return {
            "GIT_DIR": str(folder),
            "GIT_WORK_TREE": str(self.git.root),
            "GIT_OBJECT_DIRECTORY": str(self.git.path("objects")),
            "GIT_INDEX_FILE": str(index),
        }

    def _excluding(self) -> tuple[str, ...]:
        return ("-c", f"core.excludesFile={self.excludes}") if self.excludes.exists() else ()

    def _remove_empty_folders(self, name: str) -> None:
        """Git keeps no empty folders: where the file is gone, so are those above that held nothing else."""
        path = self.git.root / name
        if os.path.lexists(path):
            return
        for folder in path.parents:
            if folder == self.git.root:
                return
            try:
                folder.rmdir()
            except FileNotFoundError:
                continue
            except OSError:  # not empty
                return
