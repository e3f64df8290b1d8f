"""The same first start for containers: secrets as files, roles and schemas, the demo's rider, the first link."""
