"""What is said about a portrait: captions, prompts, questions and answers, written from labels and true of them."""
