"""From pictures of faces to captions, questions and answers, by any endpoint that speaks OpenAI's chat completions.

What is asked for one picture, from the inside out:

    Asker                  one question → its answer: from the endpoint, from what was paid before, or from nobody
      └─ Ledger            what was asked and what came back, by the digest of the question (SQLite, beside the output)
    annotate_picture       caption → attributes → refined caption → questions, each from a template in `prompts/`
    assemble               what is kept of it: validators, records in LLaVA's format, shards, figures, a dataset card

Every way to run it, asking, planning, writing batch files, reading what is there, is the same walk with another Asker.
"""
