"""Read-only calls of AWS: counted and rate-limited, with a class for each kind of error."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import botocore.exceptions
from botocore.config import Config

from cross_account_doctor.errors import CouldNotLookError, NotAllowedError, NotThereError

if TYPE_CHECKING:
    import boto3

#: API Gateway's control plane accepts 10 requests a second per account, from all callers together; the doctor makes 8.
MOST_A_SECOND = 8
#: The total number of attempts of a throttled call; the pause before each retry doubles, from a quarter of a second.
ATTEMPTS = 6
_FIRST_PAUSE_S = 0.25
_LOOPBACK = ("127.0.0.1", "localhost", "::1")

_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "ForbiddenException"}
_ABSENT = {"ResourceNotFoundException", "NotFoundException", "NoSuchEntity", "NoSuchEntityException"}
_THROTTLED = {
    "TooManyRequestsException",
    "ThrottlingException",
    "Throttling",
    "RequestLimitExceeded",
    "LimitExceededException",
}
_LOGIN = {
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "SignatureDoesNotMatch",
    "InvalidSignatureException",
    "InvalidToken",
    "IncompleteSignature",
    "MissingAuthenticationToken",
}

_CONFIG = Config(
    retries={"total_max_attempts": 1},  # retried here, so that every attempt is counted and rate-limited
    connect_timeout=5,
    read_timeout=30,
)


def is_local(url: str) -> bool:
    """True if the URL is on this machine, as a sandbox's is."""
    return urlsplit(url).hostname in _LOOPBACK


class Calls:
    """How many calls were made, by `service:Operation`; shared by all accounts."""

    def __init__(self) -> None:
        self.made: Counter[str] = Counter()
        self._recent: deque[float] = deque()

    def note(self, name: str, url: str) -> None:
        """Count a call, and delay it if this second's limit is reached. A sandbox has no limit."""
        if name.startswith("apigateway") and not is_local(url):
            while len(self._recent) >= MOST_A_SECOND and time.monotonic() - self._recent[0] < 1:
                time.sleep(max(0.0, 1 - (time.monotonic() - self._recent[0])))
            self._recent.append(time.monotonic())
            while len(self._recent) > MOST_A_SECOND:
                self._recent.popleft()
        self.made[name] += 1


class Reader:
    """Reads one account with one set of credentials."""

    def __init__(self, session: boto3.Session, *, calls: Calls, endpoint: str | None, account: str = "") -> None:
        self.session = session
        self.account = account
        self.partition = "aws"
        self.arn = ""
        self.endpoint_url = ""
        self._calls = calls
        self._endpoint = endpoint
        self._clients: dict[tuple[str, str], Any] = {}
        self._refused: dict[str, NotAllowedError] = {}

    def identify(self, region: str) -> None:
        """Ask STS who this is. Raises CouldNotLookError."""
        who = self.ask("sts", region, "get_caller_identity")
        self.account = who["Account"]
        self.endpoint_url = self._client("sts", region).meta.endpoint_url
        self.arn = who["Arn"]
        self.partition = self.arn.split(":")[1]

    def ask(self, service: str, region: str, method: str, **params: Any) -> dict[str, Any]:
        """Make one call.

        Raises NotThereError if the resource does not exist, NotAllowedError if a permission is missing, and
        CouldNotLookError if AWS cannot be called at all.
        """
        key = f"{service} {region} {method} {params}"
        if key in self._refused:
            raise self._refused[key]  # several hops make this call, and the response does not change
        try:
            client = self._client(service, region)
            operation = client.meta.method_to_api_mapping[method]
            for attempt in range(ATTEMPTS):
                self._calls.note(f"{service}:{operation}", client.meta.endpoint_url)
                try:
                    answer: dict[str, Any] = getattr(client, method)(**params)
                except botocore.exceptions.ClientError as error:
                    code = error.response["Error"].get("Code", "")
                    if code not in _THROTTLED or attempt + 1 == ATTEMPTS:
                        raise
                    time.sleep(_FIRST_PAUSE_S * 2**attempt)
                else:
                    return answer
        except botocore.exceptions.ClientError as error:
            told = self._told_apart(error, service, operation)
            if isinstance(told, NotAllowedError):
                self._refused[key] = told
            raise told from error
        except botocore.exceptions.BotoCoreError as error:
            raise CouldNotLookError(_one_line(str(error))) from error
        raise CouldNotLookError(f"{service}:{operation} did not respond")

    def pages(
        self, service: str, region: str, method: str, key: str, token: tuple[str, str], **params: Any
    ) -> Iterator[dict[str, Any]]:
        """Every item under `key`, page by page; `token` names the paging token of response and request."""
        following: dict[str, Any] = {}
        while True:
            answer = self.ask(service, region, method, **params, **following)
            yield from answer.get(key) or []
            if not answer.get(token[0]):
                return
            following = {token[1]: answer[token[0]]}

    def close(self) -> None:
        """Let go of every connection."""
        for client in self._clients.values():
            client.close()

    def _client(self, service: str, region: str) -> Any:
        if (service, region) not in self._clients:
            self._clients[service, region] = self.session.client(
                service,  # type: ignore[call-overload]
                region_name=region,
                endpoint_url=self._endpoint,
                config=_CONFIG,
            )
        return self._clients[service, region]

    def _told_apart(self, error: botocore.exceptions.ClientError, service: str, operation: str) -> Exception:
        code = error.response["Error"].get("Code", "")
        said = _one_line(error.response["Error"].get("Message", "") or str(error))
        if code in _DENIED:
            # The permissions of API Gateway's control plane, v1 and v2, are named after HTTP methods.
            right = "apigateway:GET" if service.startswith("apigateway") else f"{service}:{operation}"
            return NotAllowedError(right, self.account, said)
        if code in _ABSENT:
            return NotThereError(said)
        if code in _LOGIN:
            who = (
                f"profile {self.session.profile_name}"
                if self.session.profile_name != "default"
                else "these credentials"
            )
            return CouldNotLookError(f"AWS rejected {who}: {code}: {said}")
        return CouldNotLookError(f"{service}:{operation} failed: {code}: {said}")


def _one_line(text: str) -> str:
    return " ".join(text.split())
