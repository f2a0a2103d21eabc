"""What the reports of all judges share: text that stays text, tables, and Markdown that fits."""
