"""A model folder learns somebody's own captioned pictures (docs/adapt.md)."""
