"""The pages: one blueprint a subject, over the services' stubs."""
