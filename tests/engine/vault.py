"""A Vault server for the secrets of test stacks: the CLI asks it for a stack's key.

A key that is derived from a passphrase costs each process of the CLI 0.2 s of CPU, more than most of its operations.
"""

from __future__ import annotations

import base64
import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

if TYPE_CHECKING:
    from collections.abc import Callable

_TOKEN = "engine-tests"
_NONCE = 12


class Vault:
    """Encrypts and decrypts with one key of Vault's transit engine while it is open."""

    #: For `pulumi stack init --secrets-provider`.
    provider = "hashivault://engine-tests"

    def __init__(self) -> None:
        key = AESGCM(AESGCM.generate_key(256))

        def encrypt(given: dict[str, str]) -> dict[str, str]:
            nonce = os.urandom(_NONCE)
            sealed = nonce + key.encrypt(nonce, base64.b64decode(given["plaintext"]), None)
            return {"ciphertext": f"vault:v1:{base64.b64encode(sealed).decode()}"}

        def decrypt(given: dict[str, str]) -> dict[str, str]:
            sealed = base64.b64decode(given["ciphertext"].removeprefix("vault:v1:"))
            return {"plaintext": base64.b64encode(key.decrypt(sealed[:_NONCE], sealed[_NONCE:], None)).decode()}

        name = self.provider.partition("://")[2]
        handler = _handler({f"/v1/transit/encrypt/{name}": encrypt, f"/v1/transit/decrypt/{name}": decrypt})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        # shutdown() waits for the end of the current poll.
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        #: The keys of a stack's settings file.
        data_key = encrypt({"plaintext": base64.b64encode(AESGCM.generate_key(256)).decode()})["ciphertext"]
        self.settings = {
            "secretsprovider": self.provider,
            "encryptedkey": base64.b64encode(data_key.encode()).decode(),
        }
        #: How the CLI finds this server.
        self.environment = {
            "VAULT_SERVER_URL": f"http://127.0.0.1:{self._server.server_port}",
            "VAULT_SERVER_TOKEN": _TOKEN,
        }

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _handler(operations: dict[str, Callable[[dict[str, str]], dict[str, str]]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            allowed = self.headers["X-Vault-Token"] == _TOKEN and self.path in operations
            answer = {"data": operations[self.path](given)} if allowed else {"errors": ["permission denied"]}
            self.send_response(200 if allowed else 403)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: object) -> None:
            """Log nothing, to keep the test's output clean."""

    return Handler
