"""`python -m unif2ace_training COMMAND …`: finds the command and hands it the rest of the line."""

import sys
from importlib import import_module

from unif2ace_training import __version__

# In the order in which a model is made; each command reads folders that earlier ones wrote.
COMMANDS = {
    "render": "draw labelled portraits from the parametric head model",
    "gather": "find, crop and split single faces of FFHQ, MM-CelebA-HQ, CelebV-HQ or any folder",
    "heads": "train attribute heads on face and CLIP embeddings where attributes are known",
    "attributes": "say by trained heads what other pictures show",
    "annotate": "ask an endpoint for captions, questions and answers about pictures",
    "assemble": "judge annotations and write records, shards, figures and a dataset card",
    "prepare": "write captions, questions and the text tokenizer from the portraits' labels",
    "tokenizer": "train the image tokenizer and turn the portraits into code ids",
    "encoders": "train the CLIP-style and the face encoder and embed the portraits",
    "unpack": "write the codec and the encoders of a model folder as folders that training reads",
    "plan": "say what a run would need and take on a given machine, before anything is spent",
    "initialise": "write weights to begin with from Show-o's or Phi-1.5's published ones",
    "train": "train the unified model",
    "ablate": "train short runs with one thing changed at a time, and compare them",
    "evaluate": "measure a run or a model folder: pictures, captions and answers on held-out portraits",
    "card": "write a model card from a template and the report of `evaluate --model`",
    "testset": "write held-out prompts, pictures and questions in files that any model can be run on",
    "collect": "let a served model draw and answer a test set",
    "compare": "measure what several models drew and said, side by side",
    "export": "write the model folder that the server reads",
}


def main(argv: list[str] | None = None) -> int:
    """Run one command; the exit status is 0 for success, 1 for a failed command, 2 for a wrong command line."""
    arguments = sys.argv[1:] if argv is None else argv
    if not arguments or arguments[0] in ("-h", "--help"):
        print(_usage())
        return 0 if arguments else 2
    if arguments[0] == "--version":
        print(__version__)
        return 0
    name, rest = arguments[0], arguments[1:]
    if name not in COMMANDS:
        print(f"unif2ace_training: there is no command {name!r}\n\n{_usage()}", file=sys.stderr)
        return 2
    command = import_module(f"unif2ace_training.commands.{name}")
    try:
        return command.main(rest)
    except ValueError as error:
        # ValueError is what the rooms raise for a user's mistake: its sentence is the whole message.
        print(f"unif2ace_training {name}: {error}", file=sys.stderr)
        return 1


def _usage() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {summary}" for name, summary in COMMANDS.items()]
    return "\n".join(
        [
            "usage: python -m unif2ace_training COMMAND [options]",
            "",
            *lines,
            "",
            "COMMAND --help explains one command.",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
