"""Text as token ids: byte-level BPE in the format of Hugging Face `tokenizers`, which the server reads as well."""
