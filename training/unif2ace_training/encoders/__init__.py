"""The CLIP-style encoder and the face encoder: one vector each for the sequence-level experts of understanding."""
