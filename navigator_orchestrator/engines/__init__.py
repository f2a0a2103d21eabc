"""The engines; each simulates all years of a job and tells what it really ran."""
