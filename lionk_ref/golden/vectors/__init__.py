"""The golden vectors as files: JSON, their schema, and a manifest with the sum of each."""
