from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from unif2ace_training.config.presets import preset
from unif2ace_training.data.picture_store import load_pictures
from unif2ace_training.encoders.clip_trainer import ClipTrainer, PictureText
from unif2ace_training.encoders.face_trainer import FaceTrainer
from unif2ace_training.encoders.folder import (
    embed,
    load_clip,
    load_clip_pair,
    load_face,
    load_preprocessing,
    save_clip,
    save_face,
    write_embeddings,
)
from unif2ace_training.encoders.report import finder_accuracy, probe_accuracies, retrieval_accuracy, verification
from unif2ace_training.encoders.settings import (
    EncoderTraining,
    clip_tower_config,
    face_tower_config,
    text_tower_config,
)
from unif2ace_training.portraits.dataset import PortraitSet
from unif2ace_training.portraits.labels import values_of

MODEL = preset("debug")
VOCABULARY = 64


def text_of(data: PortraitSet, row: int) -> PictureText:
    """Tokens for the background and for the colour of the skin."""
    background = values_of("background_colour").index(data.labels[row].background_colour)
    return PictureText(data.keys[row], False, [8 + background, 32 + data.labels[row].identity], True)


def clip_trainer(data: PortraitSet, folder: Path, training: EncoderTraining) -> ClipTrainer:
    texts = [text_of(data, row) for row in np.flatnonzero(~data.is_held_out)]
    tower = text_tower_config(MODEL, VOCABULARY)
    return ClipTrainer(clip_tower_config(MODEL), tower, training, data, texts, folder)


def face_trainer(data: PortraitSet, folder: Path, training: EncoderTraining) -> FaceTrainer:
    return FaceTrainer(face_tower_config(MODEL), training, data, folder)


@pytest.fixture(scope="module")
def trained(portraits: PortraitSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the command writes it, after a few seconds of training."""
    folder = tmp_path_factory.mktemp("encoders")
    clip = clip_trainer(portraits, folder, EncoderTraining(samples=32 * 60, batch_size=32, ema_decay=0.9))
    clip.run()
    save_clip(folder, clip.trained)
    face = face_trainer(portraits, folder, EncoderTraining(samples=32 * 400, batch_size=32, ema_decay=0.9))
    face.run()
    save_face(folder, face.trained)
    embeddings = embed(load_clip(folder), load_face(folder), load_preprocessing(folder)["clip"], portraits.pictures)
    write_embeddings(folder, portraits, embeddings)
    return folder


def test_pictures_of_held_out_persons_find_their_backgrounds(trained: Path, portraits: PortraitSet):
    with np.load(trained / "embeddings.npz") as arrays:
        report = probe_accuracies(arrays["clip"][:, 0].astype(np.float32), portraits)
    assert report["background_colour"]["majority"] == pytest.approx(0.25)
    assert report["background_colour"]["accuracy"] > 0.85


def test_texts_find_the_pictures_that_were_trained_on(trained: Path, portraits: PortraitSet):
    rows = np.flatnonzero(~portraits.is_held_out)
    clip, face, preprocessing = load_clip_pair(trained), load_face(trained), load_preprocessing(trained)
    embeddings = embed(clip.picture, face, preprocessing["clip"], portraits.pictures)
    report = retrieval_accuracy(clip.text, embeddings, portraits, [text_of(portraits, row) for row in rows])
    assert report["candidates"] == 64
    assert report["accuracy"] > 10 * report["chance"]


def test_faces_are_found_and_their_absence_is(trained: Path, portraits: PortraitSet):
    report = finder_accuracy(load_face(trained), load_preprocessing(trained)["face"], portraits)
    assert report["portraits"] == 1
    assert report["flat"] > 0.9
    assert report["noise"] > 0.9


def test_the_folder_is_what_the_picture_store_reads(trained: Path, portraits: PortraitSet, tmp_path: Path):
    codes = np.zeros((len(portraits), 2, MODEL.image_tokens), np.int32)
    np.savez(tmp_path / "codes.npz", keys=np.array(portraits.keys), codes=codes)
    pictures = load_pictures(tmp_path, trained)
    assert pictures.embedding_widths == (MODEL.clip_width, MODEL.face_width)
    first = pictures.row(portraits.keys[0], mirrored=False)
    assert pictures.gather(torch.tensor([first])).face_BF.abs().sum() > 0


def test_the_second_embedding_is_that_of_the_mirrored_picture(trained: Path, portraits: PortraitSet):
    graphs = load_clip(trained), load_face(trained), load_preprocessing(trained)["clip"]
    turned = embed(*graphs, np.ascontiguousarray(portraits.pictures[:4, :, ::-1]))
    straight = embed(*graphs, portraits.pictures[:4])
    np.testing.assert_allclose(straight.clip[:, 1], turned.clip[:, 0], atol=2e-2)
    np.testing.assert_allclose(straight.face[:, 1], turned.face[:, 0], atol=2e-2)


@pytest.mark.parametrize("make", [clip_trainer, face_trainer])
def test_a_stopped_run_ends_like_one_that_was_not(make, portraits: PortraitSet, tmp_path: Path):
    training = EncoderTraining(samples=16 * 6, batch_size=16)
    whole = make(portraits, tmp_path / "whole", training)
    whole.run()
    part = make(portraits, tmp_path / "parts", training)
    for _ in range(3):
        part.loop.train_step(part.loss_at)
    part.loop.save()
    rest = make(portraits, tmp_path / "parts", training)
    assert rest.loop.step == 3
    rest.run()
    for (name, one), other in zip(whole.trained.state_dict().items(), rest.trained.state_dict().values(), strict=True):
        assert torch.equal(one, other), name


def test_other_settings_do_not_go_on(portraits: PortraitSet, tmp_path: Path):
    training = EncoderTraining(samples=32, batch_size=16)
    face_trainer(portraits, tmp_path, training).loop.save()
    with pytest.raises(ValueError, match="other settings"):
        face_trainer(portraits, tmp_path, replace(training, seed=1))


def test_texts_of_other_pictures_are_an_error(portraits: PortraitSet, tmp_path: Path):
    texts = [PictureText("999999-00", False, [1, 2], True)]
    tower = text_tower_config(MODEL, VOCABULARY)
    with pytest.raises(ValueError, match="only 0 pictures have texts"):
        ClipTrainer(
            clip_tower_config(MODEL), tower, EncoderTraining(samples=32, batch_size=16), portraits, texts, tmp_path
        )


def test_an_unfinished_folder_says_so(tmp_path: Path):
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ValueError, match="did not finish"):
        load_face(tmp_path)


def test_verification_knows_persons_that_are_apart(portraits: PortraitSet):
    four = replace_identities(portraits, [0, 20, 40, 60])
    apart = np.eye(4, 8)[np.repeat(np.arange(4), 4)].astype(np.float32)
    report = verification(apart, four)
    assert report["auc"] == 1
    assert report["accuracy"] == 1
    assert report["persons"] == 4
    same = verification(np.ones((16, 8), np.float32), four)
    assert same["auc"] == pytest.approx(0.5)


def replace_identities(data: PortraitSet, identities: list[int]) -> PortraitSet:
    """The first pictures, four of each of these persons."""
    count = 4 * len(identities)
    labels = [replace(data.labels[row], identity=identities[row // 4]) for row in range(count)]
    return PortraitSet(data.keys[:count], data.pictures[:count], labels)
