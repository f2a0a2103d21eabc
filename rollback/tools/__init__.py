"""What the verbs of rollback_plan.sh do: journal, locks, git, databases. Standard library only, but for `database`."""
