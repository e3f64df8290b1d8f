"""The servers of these tests are the very things under test."""

pytest_plugins = ["ctz_local.testing.plugin"]
