"""A Vault server for the secrets of test stacks: the CLI asks it for a stack's key.

A key that is derived from a passphrase costs each process of the CLI 0.2 s of CPU, more than most of its operations.
"""

from __future__ import annotations

import base64
import json
import os
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.json_server import JsonServer

if TYPE_CHECKING:
    from http.server import BaseHTTPRequestHandler

_TOKEN = "engine-tests"
_NONCE = 12


class Vault(JsonServer):
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
        self._operations = {f"/v1/transit/encrypt/{name}": encrypt, f"/v1/transit/decrypt/{name}": decrypt}
        super().__init__()
        #: The keys of a stack's settings file.
        data_key = encrypt({"plaintext": base64.b64encode(AESGCM.generate_key(256)).decode()})["ciphertext"]
        self.settings = {
            "secretsprovider": self.provider,
            "encryptedkey": base64.b64encode(data_key.encode()).decode(),
        }
        #: How the CLI finds this server.
        self.environment = {
            "VAULT_SERVER_URL": self.url,
            "VAULT_SERVER_TOKEN": _TOKEN,
        }

    def respond(self, request: BaseHTTPRequestHandler) -> tuple[int, object]:
        """Encrypt or decrypt for the holder of the token."""
        given = json.loads(request.rfile.read(int(request.headers["Content-Length"])))
        if request.headers["X-Vault-Token"] != _TOKEN or request.path not in self._operations:
            return 403, {"errors": ["permission denied"]}
        return 200, {"data": self._operations[request.path](given)}
