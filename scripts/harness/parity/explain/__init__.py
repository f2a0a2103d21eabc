"""What differs, exactly, and where it began."""
