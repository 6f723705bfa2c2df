"""A small endpoint that speaks chat completions over a real socket, and fails in the ways that endpoints fail."""

import json
import threading
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# What to do with the n-th request (from 0): None answers it, anything else is a fault.
Script = Callable[[int], "Fault | None"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """A status with a body and headers; `cut` breaks the connection; `raw` is sent with status 200."""

    status: int = 200
    message: str = "no"
    code: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    raw: bytes | None = None


class ScriptedEndpoint:
    """Answers by the question alone, honours `Idempotency-Key`, and counts what it would charge for."""

    def __init__(self, script: Script, answer: Callable[[str, dict[str, Any]], str], address: tuple[str, int]):
        self.url = f"http://{address[0]}:{address[1]}/v1"
        self.bodies: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.charged: Counter[str] = Counter()
        self._script, self._answer = script, answer
        self._lock = threading.Lock()

    def take(self, key: str, body: dict[str, Any]) -> tuple[Fault | None, str]:
        """Note a request and decide about it. The script may wait: it runs outside of the lock."""
        with self._lock:
            number = len(self.keys)
            self.keys.append(key)
            self.bodies.append(body)
        fault = self._script(number)
        with self._lock:
            if fault is None and key not in self.charged:
                self.charged[key] += 1
        return fault, self._answer(text_of(body), body)


def text_of(body: dict[str, Any]) -> str:
    """The words of a question."""
    return "".join(part.get("text", "") for part in body["messages"][0]["content"])


def completion(content: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": content, "refusal": None}
    usage = {"prompt_tokens": 50, "completion_tokens": 10, "total_tokens": 60}
    return {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}], "usage": usage}


PAIRS = [
    {"kind": "detail", "question": "What does the face look like?", "answer": "It is an oval face with a calm look."},
    {"kind": "conversation", "question": "What colour is the hair?", "answer": "It is brown."},
    {"kind": "conversation", "question": "What colour are the eyes?", "answer": "They are green."},
    {"kind": "conversation", "question": "Is there a beard?", "answer": "No, there is none."},
    {"kind": "conversation", "question": "How are the eyebrows?", "answer": "They are thin."},
    {"kind": "conversation", "question": "Is there any jewellery?", "answer": "No."},
    {
        "kind": "reasoning",
        "question": "What is the person doing?",
        "answer": "The lips are drawn up, so it is a smile.",
    },
]


def plain_answer(text: str, body: dict[str, Any]) -> str:
    """A caption, or pairs where a schema asks for them."""
    if "response_format" in body:
        return json.dumps({"pairs": PAIRS})
    if text.startswith("Here is a description"):
        return "A calm adult with an oval face, brown hair, green eyes and a slight smile looks at the viewer."
    number = zlib.crc32(json.dumps(body["messages"]).encode())
    return f"A calm adult with an oval face, brown hair and green eyes smiles and wears a badge with number {number}."


@contextmanager
def serving(script: Script = lambda _: None, answer=plain_answer) -> Iterator[ScriptedEndpoint]:
    """An endpoint on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            fault, content = endpoint.take(self.headers["idempotency-key"], body)
            if fault is not None and fault.cut:
                self.close_connection = True
                self.connection.close()
                return
            if fault is None:
                self.reply(200, json.dumps(completion(content)).encode(), {})
            elif fault.raw is not None:
                self.reply(200, fault.raw, {})
            else:
                error = {"error": {"message": fault.message, "code": fault.code}}
                self.reply(fault.status, json.dumps(error).encode(), fault.headers)

        def reply(self, status: int, content: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {"content-type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

        def handle(self) -> None:
            with suppress(OSError, ValueError):  # the client was killed, or the script cut the connection
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    endpoint = ScriptedEndpoint(script, answer, ("127.0.0.1", server.server_port))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
