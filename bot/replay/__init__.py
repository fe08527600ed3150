"""Past conversations run through today's bot: what would have been answered, handed over or wrong."""
