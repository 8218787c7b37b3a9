"""Signatures by botocore, and API Gateway's messages for invalid ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast
from unittest.mock import patch
from urllib.parse import quote

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from cross_account_sandbox.control_plane.callers import Caller
from cross_account_sandbox.execute_api.sigv4 import SignatureRefusal, verify
from cross_account_sandbox.http import HttpRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cross_account_sandbox.control_plane.sessions import Sessions

HOST = "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com"
REGION = "eu-west-1"
NOW = datetime(2026, 11, 21, 9, 45, 15, tzinfo=UTC)
USER = Caller(
    account="111111111111",
    arn="arn:aws:iam::111111111111:user/ann",
    user_id="AIDAANN",
    unique_id="AIDAANN",
    access_key="AKIAANN",
    secret_key="ann's secret",
)
SESSION = replace(
    USER,
    arn="arn:aws:sts::111111111111:assumed-role/reader/s1",
    access_key="ASIAREADER",
    session_token="the/token+of=reader",
    expires=(NOW + timedelta(hours=1)).timestamp(),
)


class Keys:
    """The part of Sessions that verification uses: the owner of a key."""

    def caller(self, access_key: str) -> Caller | None:
        return {caller.access_key: caller for caller in (USER, SESSION)}.get(access_key)


def verified(request: HttpRequest, *, now: datetime = NOW, region: str = REGION) -> Caller:
    return verify(request, region=region, sessions=cast("Sessions", Keys()), now=now.timestamp())


def refusal(request: HttpRequest, *, now: datetime = NOW, region: str = REGION) -> SignatureRefusal:
    with pytest.raises(SignatureRefusal) as caught:
        verified(request, now=now, region=region)
    assert caught.value.status == 403
    return caught.value


def signed(
    target: str = "/dev/pets",
    method: str = "GET",
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    caller: Caller = USER,
    *,
    region: str = REGION,
    service: str = "execute-api",
    presigned_s: int | None = None,
) -> HttpRequest:
    """Return what botocore sends for this request at NOW."""
    request = AWSRequest(method=method, url=f"https://{HOST}{target}", data=body, headers=dict(headers or {}))
    credentials = Credentials(caller.access_key, caller.secret_key, caller.session_token)
    signer = (
        SigV4Auth(credentials, service, region)
        if presigned_s is None
        else SigV4QueryAuth(credentials, service, region, expires=presigned_s)
    )
    with patch("botocore.auth.get_current_datetime", return_value=NOW):
        signer.add_auth(request)
    url = str(request.url)
    return HttpRequest(
        method=method,
        target=url.removeprefix(f"https://{HOST}"),
        headers=(("Host", HOST), *((name, str(value)) for name, value in request.headers.items())),
        body=body,
    )


def changed(request: HttpRequest, name: str, value: str) -> HttpRequest:
    """Return the request with one header replaced."""
    kept = tuple((key, old) for key, old in request.headers if key.lower() != name.lower())
    return replace(request, headers=(*kept, (name, value)))


MISMATCH = "The request signature we calculated does not match the signature you provided. "


def test_a_request_signed_with_a_users_keys_is_the_users() -> None:
    assert verified(signed("/dev/pets?type=dog&page=2", "POST", b'{"name":"Rex"}')) == USER


def test_a_request_signed_with_a_sessions_keys_and_token_is_the_sessions() -> None:
    assert verified(signed(caller=SESSION)) == SESSION


def test_a_presigned_address_is_its_signers_while_it_lives() -> None:
    request = signed("/dev/pets?type=dog", caller=SESSION, presigned_s=60)
    assert verified(request, now=NOW + timedelta(seconds=59)) == SESSION
    assert "is now earlier than" in refusal(request, now=NOW + timedelta(seconds=61)).message


class _WithoutExpiry(SigV4QueryAuth):
    """Signs like libraries that add X-Amz-Expires only for S3."""

    def _modify_request_before_signing(self, request: AWSRequest) -> None:
        super()._modify_request_before_signing(request)  # type: ignore[misc]
        request.url = str(request.url).replace("&X-Amz-Expires=60", "")


@pytest.mark.parametrize(
    ("seconds", "problem"), [(0, ""), (299, ""), (301, "is now earlier than"), (-301, "is still later than")]
)
def test_a_presigned_address_without_an_expiry_lives_as_long_as_a_signed_header(seconds: int, problem: str) -> None:
    with patch.dict(globals(), SigV4QueryAuth=_WithoutExpiry):
        request = signed("/dev/pets?type=dog", caller=SESSION, presigned_s=60)
    assert "X-Amz-Expires" not in request.target
    moment = NOW + timedelta(seconds=seconds)
    if problem:
        assert problem in refusal(request, now=moment).message
    else:
        assert verified(request, now=moment) == SESSION


@pytest.mark.parametrize("expires", ["", "0", "x", "604801"])
def test_an_expiry_that_is_none_is_refused(expires: str) -> None:
    request = signed(presigned_s=60)
    changed_to = replace(request, target=request.target.replace("Expires=60", f"Expires={expires}"))
    assert refusal(changed_to).message.startswith("X-Amz-Expires must be between 1 and 604800 seconds")


def test_a_presigned_address_cannot_be_given_a_longer_life() -> None:
    request = signed(presigned_s=60)
    longer = replace(request, target=request.target.replace("Expires=60", "Expires=600"))
    assert refusal(longer).message.startswith(MISMATCH)


def test_an_unsigned_request_lacks_the_authentication_token() -> None:
    refused = refusal(HttpRequest(method="GET", target="/dev/pets", headers=(("Host", HOST),)))
    assert (refused.error_type, refused.message) == (
        "MissingAuthenticationTokenException",
        "Missing Authentication Token",
    )


def test_a_bearer_token_is_no_signature() -> None:
    request = HttpRequest(method="GET", target="/", headers=(("Authorization", "Bearer abc"),))
    refused = refusal(request)
    assert refused.error_type == "IncompleteSignatureException"
    assert refused.message == (
        "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with "
        "Base64): 'ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='."
    )


def test_a_signature_without_its_parts_names_each_that_is_missing() -> None:
    request = HttpRequest(method="GET", target="/", headers=(("Authorization", "AWS4-HMAC-SHA256 a=b"),))
    assert refusal(request).message.startswith(
        "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. "
        "Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either "
        "a 'X-Amz-Date' or a 'Date' header. "
    )


def test_a_presigned_address_without_its_parts_names_each_that_is_missing() -> None:
    request = HttpRequest(method="GET", target="/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=x", headers=())
    assert refusal(request).message == (
        "AWS query-string parameters must include 'X-Amz-Credential'. "
        "AWS query-string parameters must include 'X-Amz-Signature'. "
        "AWS query-string parameters must include 'X-Amz-SignedHeaders'. Re-examine the query-string parameters."
    )


def test_another_region_in_the_scope_is_refused() -> None:
    refused = refusal(signed(region="us-east-1"))
    assert (refused.error_type, refused.message) == (
        "InvalidSignatureException",
        "Credential should be scoped to a valid region. ",
    )


def test_another_service_in_the_scope_is_refused() -> None:
    assert refusal(signed(service="lambda")).message == (
        "Credential should be scoped to correct service: 'execute-api'. "
    )


def test_a_key_that_nobody_has_is_refused() -> None:
    refused = refusal(signed(caller=replace(USER, access_key="AKIANOBODY")))
    assert (refused.error_type, refused.message) == (
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    )


def test_a_wrong_secret_is_refused_with_the_text_that_should_have_been_signed() -> None:
    refused = refusal(signed(caller=replace(USER, secret_key="guessed")))
    assert refused.error_type == "InvalidSignatureException"
    assert refused.message.startswith(MISMATCH)
    assert "The Canonical String for this request should have been\n'GET\n/dev/pets\n" in refused.message


def test_a_sessions_keys_are_worth_nothing_without_its_token() -> None:
    without = replace(SESSION, session_token=None)
    assert refusal(signed(caller=without)).error_type == "UnrecognizedClientException"


def test_a_sessions_keys_are_worth_nothing_with_anothers_token() -> None:
    assert refusal(signed(caller=replace(SESSION, session_token="other"))).error_type == "UnrecognizedClientException"


def test_an_expired_session_is_told_so() -> None:
    short = replace(SESSION, expires=(NOW - timedelta(seconds=1)).timestamp())
    with patch.object(Keys, "caller", return_value=short):
        refused = refusal(signed(caller=short))
    assert (refused.error_type, refused.message) == (
        "ExpiredTokenException",
        "The security token included in the request is expired",
    )


@pytest.mark.parametrize("minutes", [-5, 5])
def test_clocks_may_be_five_minutes_apart(minutes: int) -> None:
    assert verified(signed(), now=NOW + timedelta(minutes=minutes)) == USER


def test_a_signature_older_than_five_minutes_has_expired() -> None:
    refused = refusal(signed(), now=NOW + timedelta(minutes=5, seconds=1))
    assert refused.error_type == "InvalidSignatureException"
    assert refused.message == (
        "Signature expired: 20261121T094515Z is now earlier than 20261121T094516Z (20261121T095016Z - 5 min.)"
    )


def test_a_signature_more_than_five_minutes_ahead_is_not_yet_current() -> None:
    refused = refusal(signed(), now=NOW - timedelta(minutes=5, seconds=1))
    assert refused.message.startswith("Signature not yet current: 20261121T094515Z is still later than ")


def test_a_body_changed_under_way_is_refused() -> None:
    request = signed("/dev/pets", "POST", b'{"price":1}')
    assert refusal(replace(request, body=b'{"price":9}')).message.startswith(MISMATCH)


def test_a_body_changed_under_way_is_refused_though_its_signed_hash_stays() -> None:
    digest = "79d0d6bd7ae3ae8a5f6b8ea2f0d5a26f9b3a3a2ef9b7a4bb2a0a6f1f94f4f5c1"
    request = signed("/dev/pets", "POST", b'{"price":9}', {"X-Amz-Content-SHA256": digest})
    assert refusal(request).message.startswith(MISMATCH)


@pytest.mark.parametrize(
    "tamper",
    [
        lambda request: replace(request, method="DELETE"),
        lambda request: replace(request, target="/dev/other"),
        lambda request: replace(request, target="/dev/pets?admin=true"),
        lambda request: replace(request, target="/dev/pets#admin"),
        lambda request: changed(request, "Host", "other.execute-api.eu-west-1.amazonaws.com"),
        lambda request: changed(request, "X-Amz-Date", "20261121T094516Z"),
        lambda request: changed(request, "day", "Friday"),
        lambda request: replace(request, headers=(*request.headers, ("day", "Friday"))),
    ],
    ids=["method", "path", "query", "fragment", "host", "date", "signed header", "signed header twice"],
)
def test_what_was_signed_cannot_be_changed(tamper: object) -> None:
    request = signed(headers={"day": "Thursday"})
    assert callable(tamper)
    assert refusal(tamper(request)).error_type == "InvalidSignatureException"


def test_headers_that_were_not_signed_may_change_under_way() -> None:
    request = signed()
    assert verified(replace(request, headers=(*request.headers, ("X-Forwarded-For", "203.0.113.7")))) == USER


def test_the_host_must_be_signed() -> None:
    request = signed()
    header = request.header("authorization").replace("SignedHeaders=host;", "SignedHeaders=")
    assert "must be a 'SignedHeader'" in refusal(changed(request, "Authorization", header)).message


SEGMENTS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8), max_size=4)
PAIRS = st.lists(
    st.tuples(
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
    ),
    max_size=4,
)


def address(segments: list[str], pairs: list[tuple[str, str]], *, safe: str) -> str:
    """Generate a URL as clients send it: percent-encoded, with more or fewer characters left unencoded."""
    path = "/dev/" + "/".join(quote(segment, safe=safe) for segment in segments)
    query = "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in pairs)
    return path + (f"?{query}" if query else "")


@given(segments=SEGMENTS, pairs=PAIRS, body=st.binary(max_size=40), safe=st.sampled_from(["", ":@!$&'()*+,;=", "~"]))
def test_whatever_botocore_signs_is_verified_however_it_is_percent_encoded(
    segments: list[str], pairs: list[tuple[str, str]], body: bytes, safe: str
) -> None:
    assert verified(signed(address(segments, pairs, safe=safe), "POST", body)) == USER


@given(segments=SEGMENTS, pairs=PAIRS)
def test_whatever_botocore_presigns_is_verified(segments: list[str], pairs: list[tuple[str, str]]) -> None:
    distinct = list(dict(pairs).items())  # botocore keeps one value of a repeated name when it presigns
    assert verified(signed(address(segments, distinct, safe=""), caller=SESSION, presigned_s=300)) == SESSION


@given(segments=SEGMENTS, other=SEGMENTS)
def test_another_path_never_passes(segments: list[str], other: list[str]) -> None:
    def steps(names: list[str]) -> list[str]:
        return [name for name in names if name not in (".", "..")]

    request = signed(address(segments, [], safe=""))
    elsewhere = replace(request, target=address(other, [], safe=""))
    if [*map(quote, segments)] == [*map(quote, other)] or steps(other) != other or steps(segments) != segments:
        return  # dot segments are removed on both sides before signing
    assert refusal(elsewhere).error_type == "InvalidSignatureException"
