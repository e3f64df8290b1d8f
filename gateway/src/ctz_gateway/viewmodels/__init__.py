"""What the templates are given: frozen dataclasses, display-ready text beside the raw numbers that drawings need."""
