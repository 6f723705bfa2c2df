"""What a model folder is worth: everything that a model card states, measured on the folder as it is served."""
