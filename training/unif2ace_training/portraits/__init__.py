"""Rendered portraits with labels that say what a viewer can see."""
