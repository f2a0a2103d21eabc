"""One judgement in five forms: terminal, JSON, Markdown, JUnit XML, HTML."""
