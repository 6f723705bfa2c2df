"""The benchmark's peer: UniF2ace's weights in PyTorch, decoded the way Show-o's reference loops do it.

Show-o (`models/modeling_showo.py`, `t2i_generate` and `mmu_generate`) runs the whole sequence through the model at
every unmasking step and for every new text token: no cache of keys and values, no cache of the text prefix, and a
batch that is fixed before it starts. This loop does the same with the model folder that the server loads, its int8
matrices dequantised to float32. The sampler is the project's own, so that both sides draw the same tokens and the
benchmark can say how many agree.

Reads one request a line from standard input and answers one line each; see `main`.
"""

import argparse
import base64
import io
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import torch
from PIL import Image
from tokenizers import Tokenizer

from unif2ace_training.diffusion.unmask import UnmaskSettings, unmask
from unif2ace_training.export.read_folder import read_folder


class PlainLoop:
    """The model of one folder with its tokenizer and its picture codec, decoded without any cache."""

    def __init__(self, folder: Path, threads: int):
        self.manifest = json.loads((folder / "manifest.json").read_text())
        self.model = read_folder(folder).eval()
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        self.codec = {
            name: ort.InferenceSession(str(folder / self.manifest["graphs"][name]["file"]), options)
            for name in ("picture_encoder", "picture_decoder", "clip", "face")
        }

    @torch.inference_mode()
    def generate(self, request: dict[str, Any]) -> dict[str, Any]:
        """Pictures for `prompts`, one batch from the first step to the last; `codes` come back as lists [R][N]."""
        special, sizes = self.manifest["special_ids"], self.manifest["sizes"]
        prompts = [self._prefix(text) for text in request["prompts"]]
        empty = self._prefix("")
        ids, lengths = self._padded([*prompts, *[empty] * len(prompts)], special["pad"])

        def predict(codes: torch.Tensor, noise_level: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            logits = self.model.forward_generate(ids, lengths, codes.repeat(2, 1), noise_level.repeat(2)).logits_BNK
            conditional, unconditional = logits.chunk(2)
            return conditional, unconditional

        settings = UnmaskSettings(
            num_inference_steps=request["num_inference_steps"],
            guidance_scale=request["guidance_scale"],
            temperature=self.manifest["defaults"]["temperature"],
            confidence_temperature=self.manifest["defaults"]["confidence_temperature"],
        )
        masked = torch.full((len(prompts), sizes["image_tokens"]), special["mask_code"])
        codes = unmask(predict, masked, sizes["codebook"], settings, request["seeds"])
        (pixels,) = self.codec["picture_decoder"].run(None, {"code_ids": codes.numpy()})
        for picture in pixels:
            Image.fromarray(picture).save(io.BytesIO(), "PNG")
        return {"codes": codes.tolist()}

    @torch.inference_mode()
    def caption(self, request: dict[str, Any]) -> dict[str, Any]:
        """Greedy texts about `pictures` (PNG, base64), one batch; it ends when the last of them ends."""
        special = self.manifest["special_ids"]
        codes, clip, face = self._encode([base64.b64decode(text) for text in request["pictures"]])
        question = self.manifest["layout"]["question_template"].format(question=request["question"])
        start = [special["sot"], *self.tokenizer.encode(question, add_special_tokens=False).ids]
        ids = torch.tensor([start] * len(codes))
        finished = torch.zeros(len(codes), dtype=torch.bool)
        texts: list[list[int]] = [[] for _ in codes]
        for _ in range(request["max_tokens"]):
            lengths = torch.full((len(codes),), ids.shape[1])
            logits = self.model.forward_understand(codes, clip, face, ids, lengths).logits_BTV[:, -1]
            chosen = logits.argmax(dim=-1)
            finished |= chosen == special["eot"]
            if finished.all():
                break
            for row in (~finished).nonzero()[:, 0].tolist():
                texts[row].append(int(chosen[row]))
            ids = torch.cat([ids, chosen[:, None]], dim=1)
        return {"token_ids": texts, "texts": [self.tokenizer.decode(text).strip() for text in texts]}

    def _prefix(self, text: str) -> list[int]:
        special = self.manifest["special_ids"]
        ids = self.tokenizer.encode(text, add_special_tokens=False).ids
        return [special["t2i"], special["sot"], *ids, special["eot"]]

    def _encode(self, files: list[bytes]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Code ids [B, N], CLIP embeddings and face embeddings of pictures."""
        pictures = [Image.open(io.BytesIO(file)).convert("RGB") for file in files]

        def run(name: str, entry: str) -> np.ndarray:
            return self.codec[name].run(None, {"pixels": self._fitted(pictures, self.manifest["preprocessing"][entry])})[0]

        codes, clip, face = run("picture_encoder", "picture_encoder"), run("clip", "clip"), run("face", "face")
        return torch.from_numpy(codes), torch.from_numpy(clip), torch.from_numpy(face)

    @staticmethod
    def _fitted(pictures: list[Image.Image], entry: dict[str, Any]) -> np.ndarray:
        size = entry["size"]
        stacked = np.stack([np.asarray(p.resize((size, size), Image.Resampling.LANCZOS)) for p in pictures])
        scaled = (stacked.astype(np.float32) / 255 - np.float32(entry["mean"])) / np.float32(entry["std"])
        return np.ascontiguousarray(scaled.transpose(0, 3, 1, 2), dtype=np.float32)

    @staticmethod
    def _padded(rows: list[list[int]], pad: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Right-padded ids [B, T], T being the longest of them, and lengths [B]."""
        longest = max(len(row) for row in rows)
        ids = torch.tensor([row + [pad] * (longest - len(row)) for row in rows])
        return ids, torch.tensor([len(row) for row in rows])


def main() -> int:
    """Serve requests `{"task": "generate" | "caption", …}` from standard input until it closes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", type=Path, required=True, help="model folder, the one that the server loads")
    parser.add_argument("--threads", type=int, required=True, help="threads of the operators")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    loop = PlainLoop(arguments.model, arguments.threads)
    print(json.dumps({"ready": True, "torch": torch.__version__}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        answer = loop.generate(request) if request["task"] == "generate" else loop.caption(request)
        print(json.dumps(answer), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
