"""Errors that a user can mend: one line, what was wrong, where, and what would be right."""


class NavigatorError(Exception):
    """A refusal or failure that is told in one line; the command exits with 2."""
