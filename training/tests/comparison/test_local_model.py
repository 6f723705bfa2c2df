"""A judge in this process: LLaVA's architecture at a size that runs in seconds, saved and opened as published ones."""

import asyncio
import io
import math
from pathlib import Path

import pytest
import torch
from PIL import Image
from tokenizers import Tokenizer, models, pre_tokenizers

from unif2ace_training.annotation.chat_request import ChatRequest, StageSettings
from unif2ace_training.comparison.judging import probability_of_yes
from unif2ace_training.comparison.local_model import LocalModel

transformers = pytest.importorskip("transformers", reason="the extra `local` is not installed")

WORDS = ["<pad>", "<s>", "</s>", "<unk>", "<image>", "USER", "ASSISTANT", "yes", "Yes", "no", "Is", "it", "a", "face"]
TEMPLATE = (
    "{% for message in messages %}USER {% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<image> {% else %}{{ part['text'] }} {% endif %}{% endfor %}{% endfor %}ASSISTANT"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder whose weights are random and whose head is zero: every word is as likely."""
    path = tmp_path_factory.mktemp("llava")
    torch.manual_seed(0)
    sizes = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    vision = transformers.CLIPVisionConfig(**sizes, image_size=32, patch_size=8, projection_dim=16)
    text = transformers.LlamaConfig(
        **sizes, num_key_value_heads=2, vocab_size=len(WORDS), bos_token_id=1, eos_token_id=2, pad_token_id=0
    )
    config = transformers.LlavaConfig(
        vision_config=vision, text_config=text, image_token_index=4, image_token_id=4, vision_feature_layer=-1
    )
    model = transformers.LlavaForConditionalGeneration(config)
    model.generation_config.eos_token_id = 2
    torch.nn.init.zeros_(model.lm_head.weight)
    model.save_pretrained(path)
    words = Tokenizer(models.WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="<unk>"))
    words.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    words.add_special_tokens(["<pad>", "<s>", "</s>", "<unk>", "<image>"])
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=words, pad_token="<pad>", bos_token="<s>", eos_token="</s>", unk_token="<unk>"
    )
    pictures = transformers.CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32})
    transformers.LlavaProcessor(
        image_processor=pictures, tokenizer=tokenizer, patch_size=8, vision_feature_select_strategy="default",
        num_additional_image_tokens=1, image_token="<image>", chat_template=TEMPLATE,
    ).save_pretrained(path)  # fmt: skip
    return path


def jpeg() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 40), "teal").save(file, "JPEG")
    return file.getvalue()


def asked(**more) -> ChatRequest:
    settings = StageSettings(sees_picture=True, max_tokens=3, expected_tokens=1, temperature=0)
    return ChatRequest(stage="vqascore", model="m", text="Is it a face", settings=settings, jpeg=jpeg(), **more)


def test_a_model_that_knows_nothing_says_yes_as_often_as_any_word(folder: Path):
    model = LocalModel(folder, "cpu", "float32")
    request = asked(top_logprobs=20)
    answer = asyncio.run(model.send(request, request.address))
    assert len(answer.first_token) == len(WORDS)
    assert probability_of_yes(answer) == pytest.approx(2 / len(WORDS))  # yes and Yes
    # 16 patches of the picture, four words, and the two that frame them.
    assert (answer.input_tokens, answer.output_tokens) == (16 + 4 + 2, 3)
    assert answer.finish_reason == "length"


def test_the_head_decides_and_the_picture_counts(folder: Path, tmp_path: Path):
    model = LocalModel(folder, "cpu", "float32")
    with torch.no_grad():
        torch.nn.init.normal_(model._model.lm_head.weight, std=1.0)
    request = asked(top_logprobs=20)
    answer = asyncio.run(model.send(request, request.address))
    inputs = model._inputs(request.body())
    shares = model._model(**inputs).logits[0, -1].softmax(dim=0)
    assert probability_of_yes(answer) == pytest.approx(shares[[WORDS.index("yes"), WORDS.index("Yes")]].sum().item())
    without = ChatRequest(stage="vqascore", model="m", text="Is it a face", settings=request.settings, top_logprobs=20)
    blind = asyncio.run(model.send(without, without.address))
    assert math.exp(dict(blind.first_token)["yes"]) != pytest.approx(math.exp(dict(answer.first_token)["yes"]))


def test_what_it_cannot_do_is_said(folder: Path, tmp_path: Path):
    with pytest.raises(ValueError, match=r"no config\.json"):
        LocalModel(tmp_path, "cpu", "float32")
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ValueError, match="cannot be opened"):
        LocalModel(tmp_path, "cpu", "float32")
    request = asked(choice=("yes", "no"))
    with pytest.raises(ValueError, match="cannot be kept to a choice"):
        asyncio.run(LocalModel(folder, "cpu", "float32").send(request, request.address))
