"""What the judges in scripts/ share.

A judge knows a simulator only by its command line, its exit code and the database that it leaves behind;
nothing here may import one.
"""
