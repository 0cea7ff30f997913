"""The golden vectors: data that any language can read, and the judge of who meets them."""
