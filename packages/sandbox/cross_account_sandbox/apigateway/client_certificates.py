"""Client certificates, with which API Gateway identifies itself to HTTP backends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from cross_account_sandbox.apigateway.describe import filled, not_none
from cross_account_sandbox.apigateway.errors import bad_request, must_exist
from cross_account_sandbox.apigateway.identifiers import new_id
from cross_account_sandbox.apigateway.lookup import store_of
from cross_account_sandbox.apigateway.paging import page_by_position
from cross_account_sandbox.apigateway.patch import patch_description
from cross_account_sandbox.clock import utc_now
from cross_account_sandbox.control_plane.service import Call, Operation

#: One year, as the console shows.
_VALID = timedelta(days=365)


def generate_client_certificate(call: Call) -> dict[str, Any]:
    """GenerateClientCertificate: create a real certificate that PEM parsers can read."""
    store = store_of(call)
    now = utc_now()
    certificate = {
        "clientCertificateId": new_id(taken=store.client_certificates),
        "description": call.params.get("description"),
        "pemEncodedCertificate": _pem(now),
        "createdDate": now,
        "expirationDate": now + _VALID,
        "tags": dict(call.params.get("tags") or {}),
    }
    store.client_certificates[str(certificate["clientCertificateId"])] = certificate
    return _shown(certificate)


def get_client_certificate(call: Call) -> dict[str, Any]:
    return _shown(_certificate_of(call))


def get_client_certificates(call: Call) -> dict[str, Any]:
    return page_by_position([_shown(one) for one in store_of(call).client_certificates.values()], call.params)


def update_client_certificate(call: Call) -> dict[str, Any]:
    """UpdateClientCertificate: change the description."""
    certificate = _certificate_of(call)
    patch_description(certificate, call.params.get("patchOperations"))
    return _shown(certificate)


def delete_client_certificate(call: Call) -> None:
    """DeleteClientCertificate. Raises BadRequestException if a stage uses it."""
    store, certificate = store_of(call), _certificate_of(call)
    certificate_id = certificate["clientCertificateId"]
    for api in store.rest_apis.values():
        for stage in api.stages.values():
            if stage.client_certificate_id == certificate_id:
                # Unconfirmed: the text for a client certificate that a stage uses. Reason: no AWS page shows it.
                raise bad_request(f"Client certificate {certificate_id} is used by stage {api.id}/{stage.name}")
    del store.client_certificates[certificate_id]


def _certificate_of(call: Call) -> dict[str, Any]:
    return must_exist(
        store_of(call).client_certificates.get(str(call.params["clientCertificateId"])),
        "Invalid Client Certificate identifier specified",
    )


def _shown(certificate: Mapping[str, Any]) -> dict[str, Any]:
    shown = {
        **certificate,
        "description": filled(certificate["description"]),
        "tags": filled(dict(certificate["tags"])),
    }
    return not_none(**shown)


def _pem(now: datetime) -> str:
    # Imported here because it loads slowly, and no program of this project creates a client certificate.
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ApiGateway")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + _VALID)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


OPERATIONS: Mapping[str, Operation] = {
    "DeleteClientCertificate": delete_client_certificate,
    "GenerateClientCertificate": generate_client_certificate,
    "GetClientCertificate": get_client_certificate,
    "GetClientCertificates": get_client_certificates,
    "UpdateClientCertificate": update_client_certificate,
}
