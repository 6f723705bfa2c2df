"""The Jobs of `k8s/components/annotation`: their very arguments, a process an index, and the whole out of the parts."""

import os
import signal
import subprocess
import sys
import tarfile
import threading
from pathlib import Path

import pytest
import yaml
from scripted_endpoint import serving

from unif2ace_training.__main__ import main

PORTRAITS = Path(__file__).parents[1] / "assets" / "portraits"
JOBS = Path(__file__).parents[3] / "k8s" / "components" / "annotation"
QUESTIONS, SHARDS, INDEXES = 80, 10, 8
KILLED_AFTER = 5


def arguments_of(job: str, work: Path, **variables: str) -> list[str]:
    """What Kubernetes would start: `$(NAME)` filled in, the claim at `work`."""
    specification = yaml.safe_load((JOBS / f"{job}-job.yaml").read_text())["spec"]
    arguments = specification["template"]["spec"]["containers"][0]["args"]
    for variable, value in variables.items():
        arguments = [argument.replace(f"$({variable})", value) for argument in arguments]
    assert not any("$(" in argument for argument in arguments)
    return [argument.replace("/work/", f"{work}/") for argument in arguments]


def settings_of_the_jobs() -> dict[str, str]:
    lines = (JOBS / "settings.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if not line.startswith("#"))


@pytest.fixture
def work(tmp_path) -> Path:
    """The claim, with the forty portraits in ten shards: two of eight parts have two."""
    (tmp_path / "pictures").mkdir()
    with tarfile.open(PORTRAITS / "portraits-00000.tar") as whole:
        members = whole.getmembers()
        size = len(members) // SHARDS
        for shard in range(SHARDS):
            with tarfile.open(tmp_path / "pictures" / f"portraits-{shard:05d}.tar", "w") as archive:
                for member in members[shard * size : (shard + 1) * size]:
                    archive.addfile(member, whole.extractfile(member))
    return tmp_path


def started(work: Path, url: str, index: int) -> subprocess.Popen[bytes]:
    """A pod of the Job; the prompts are those of the other tests."""
    variables = settings_of_the_jobs() | {"ANNOTATION_ENDPOINT": url, "ANNOTATION_PROMPTS": "paper"}
    arguments = arguments_of("annotate", work, JOB_COMPLETION_INDEX=str(index), **variables)
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENAI_API_KEY": "k"}
    return subprocess.Popen([sys.executable, "-m", "unif2ace_training", *arguments], env=environment)


def test_eight_indexes_pay_for_everything_once_and_their_parts_are_the_whole(work):
    reached, released = threading.Event(), threading.Event()

    def script(number: int) -> None:
        if number >= KILLED_AFTER:
            reached.set()
            released.wait()

    with serving(script) as endpoint:
        # A node goes away under index 0; its next pod comes while the others are at work.
        lost = started(work, endpoint.url, 0)
        assert reached.wait(120)
        lost.kill()
        assert lost.wait() == -signal.SIGKILL
        released.set()
        pods = [started(work, endpoint.url, index) for index in range(INDEXES)]
        assert [pod.wait(120) for pod in pods] == [0] * INDEXES
        assert sorted(endpoint.charged.values()) == [1] * QUESTIONS
        again = started(work, endpoint.url, 0)
        sent = len(endpoint.keys)
        assert again.wait(120) == 0
        assert len(endpoint.keys) == sent

        where = ["--pictures", str(work / "pictures"), "--out", str(work / "alone"), "--model", "unif2ace-small"]
        assert main(["annotate", *where, "--endpoint", endpoint.url]) == 0
        assert sorted(endpoint.charged.values()) == [1] * QUESTIONS
    assert main(arguments_of("assemble", work)) == 0
    joined = ["assemble", "--pictures", str(work / "pictures"), "--annotations", str(work / "alone")]
    assert main([*joined, "--out", str(work / "set-alone")]) == 0
    for name in ("records-train.jsonl", "records-held-out.jsonl", "rejected.jsonl", "report.json"):
        assert (work / "set" / name).read_bytes() == (work / "set-alone" / name).read_bytes(), name
    assert len((work / "set" / "records-train.jsonl").read_text().splitlines()) > QUESTIONS
