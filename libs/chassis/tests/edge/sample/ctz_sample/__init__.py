"""The smallest service there can be, to see the process roles of the chassis at work."""
