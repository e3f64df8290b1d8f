"""The web user interface and the door for other tools."""
