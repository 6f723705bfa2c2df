"""The image tokenizer: pictures to code ids and back, by lookup-free quantisation (MAGVIT-v2)."""
