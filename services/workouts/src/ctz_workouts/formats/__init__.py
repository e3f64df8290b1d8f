"""Files of other products: read into activities, and written from them. Pure; knows no service."""
