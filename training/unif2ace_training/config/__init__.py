"""Sizes and settings as frozen dataclasses, and the named presets."""
