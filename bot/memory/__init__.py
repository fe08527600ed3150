"""What is remembered of people: what is learnt from a turn, kept, forgotten and recalled. No store."""
