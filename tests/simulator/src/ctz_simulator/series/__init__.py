"""What the machine recorded: one value a second, made on demand from the seed of the workout."""
