"""The `work` process: threads that claim and do tasks."""
