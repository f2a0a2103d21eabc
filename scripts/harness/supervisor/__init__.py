"""Running one command as a measured, killable process tree.

`client.supervise` is what a judge calls. It starts `__main__.py` as a process of its own, small and without any
third-party package: a child inherits the memory high-water mark of the process that starts it, so a judge that has
loaded pandas could not measure a small command.
"""
