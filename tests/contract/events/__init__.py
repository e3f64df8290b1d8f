"""Golden files of every event: what was published once is understood for ever."""
