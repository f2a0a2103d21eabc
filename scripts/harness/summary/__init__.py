"""The Markdown of a job summary, of the comment on a pull request and of an issue, from the JSON that sessions leave.

Standard library only: the workflow that comments installs nothing. The JSON may come from a pull request, so nothing in
it is believed: it is read with limits, its types are checked, and each text of it is escaped.
"""
