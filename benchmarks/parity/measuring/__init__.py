"""What bench.py is made of. Nothing here imports DuckDB or pandas, except what runs in a process of its own."""
