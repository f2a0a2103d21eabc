"""The release point in this repository: its tag, or the commit that release_points.toml records."""

from rollback.tools.errors import PreconditionError
from rollback.tools.git import Git
from rollback.tools.settings import ReleasePoint


def resolve(git: Git, release: ReleasePoint) -> str:
    """Say where the release point was found: "tag" or "record".

    Raises:
        PreconditionError: the commit is not here, or the tag is elsewhere.
    """
    if git.commit_of(release.commit) is None:
        raise PreconditionError(
            f"{release.name}: commit {release.commit[:12]} is not here; git fetch --unshallow --tags"
        )
    tagged = git.commit_of(f"refs/tags/{release.name}")
    if tagged not in {None, release.commit}:
        raise PreconditionError(
            f"tag {release.name} is at {str(tagged)[:12]}, recorded is {release.commit[:12]}; find out which is right"
        )
    return "tag" if tagged else "record"


def refuse_if_unrelated(git: Git, release: ReleasePoint) -> None:
    """Refuse a release point from which today's code does not descend.

    Raises:
        PreconditionError: HEAD does not.
    """
    code, _, _ = git.attempt("merge-base", "--is-ancestor", release.commit, "HEAD")
    if code:
        raise PreconditionError(f"HEAD does not descend from {release.name} ({release.commit[:12]})")


def create_tag(git: Git, release: ReleasePoint) -> bool:
    """Make the tag if there is none; says whether it did."""
    if resolve(git, release) == "tag":
        return False
    git("tag", "--annotate", "--message", release.description, release.name, release.commit)
    return True
