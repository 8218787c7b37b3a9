"""Which deployed API a request is for: by Host, by a VPC endpoint's name, by a custom domain, or by path.

The forms, with {api} an API's id:
- `{api}.execute-api.{region}.amazonaws.com[.cn]`  as on AWS; the first path segment is the stage
- `{api}.execute-api.localhost`                     the same without a Region
- `{api}-{vpce}.execute-api.{region}.amazonaws.com` a private API by its association with a VPC endpoint
- `{vpce}-….execute-api.{region}.vpce.amazonaws.com` an endpoint's public DNS name, the API in `x-apigw-api-id`
- a custom domain's name                            base path mappings lead to API and stage
- `/_aws/execute-api/{api}/{stage}/…`               for clients that cannot set Host

Source: API Gateway developer guide, "How to invoke a private API" and "Custom domain names for REST APIs".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.apigateway.model import ApiGatewayStore, DomainName
    from sandbox.http import HttpRequest
    from sandbox.world import World

_SUFFIX = r"(?:amazonaws\.com(?:\.cn)?|c2s\.ic\.gov|sc2s\.sgov\.gov|amazonaws\.eu)"
_HOST = re.compile(
    rf"(?P<api>[a-z0-9]+)(?:-(?P<vpce>vpce-[0-9a-z]+))?\.execute-api\."
    rf"(?:localhost|(?P<region>[a-z0-9-]+)\.(?P<suffix>{_SUFFIX}))"
)
_ENDPOINT_HOST = re.compile(
    rf"(?P<vpce>vpce-[0-9a-z]+)-[0-9a-z]+(?:-[a-z0-9-]+)?\.execute-api\.(?P<region>[a-z0-9-]+)\.vpce\.{_SUFFIX}"
)
_PATH_PREFIX = "/_aws/execute-api/"
#: By this header a client outside the sandbox says through which VPC endpoint its request comes.
SOURCE_VPCE_HEADER = "x-sandbox-source-vpce"
#: The mapping of a custom domain's root.
_NO_BASE_PATH = "(none)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """An API and what of the path is left for it.

    api_id, region  as the client named them; region is empty where the form has none
    stage           None where the path names none
    path            what the API routes, percent-encoding untouched, beginning with a slash
    full_path       as the API's `$context.path` shows it: with the stage, or with the domain's base path
    domain          `$context.domainName`
    custom          whether a custom domain's mapping led here
    vpce            the VPC endpoint the request came through, None for the internet
    unmapped        a custom domain without a mapping for this path
    """

    api_id: str
    region: str = ""
    stage: str | None
    path: str
    full_path: str
    domain: str
    base_path: str = ""
    custom: bool = False
    vpce: str | None = None
    unmapped: bool = False


def address_of(world: World, request: HttpRequest) -> Address | None:
    """The API a request is for, or None where it is for none: an AWS API call, or the sandbox itself."""
    path = _path_of(request.target)
    if path.startswith(_PATH_PREFIX):
        return _by_path(path, request)
    host = request.header("host").lower()
    if not host.startswith("["):
        host = host.partition(":")[0]
    match = _HOST.fullmatch(host)
    if match is not None:
        vpce = match["vpce"] or _source_vpce(request)
        return _staged(match["api"], match["region"] or "", path, domain=host, vpce=vpce)
    match = _ENDPOINT_HOST.fullmatch(host)
    if match is not None:
        named = _HOST.fullmatch(request.header("x-apigw-api-id").lower() + ".execute-api.localhost")
        api_id = named["api"] if named else ""
        return _staged(api_id, match["region"], path, domain=host, vpce=match["vpce"])
    return _by_domain(world, host, path, request)


def _path_of(target: str) -> str:
    """The path of a request target in origin or absolute form."""
    path = target.partition("?")[0]
    if path.startswith(("http://", "https://")):
        path = "/" + path.split("/", 3)[3] if path.count("/") > 2 else "/"
    return path or "/"


def _source_vpce(request: HttpRequest) -> str | None:
    return request.header(SOURCE_VPCE_HEADER) or None


def _staged(api_id: str, region: str, path: str, *, domain: str, vpce: str | None) -> Address:
    stage, slash, rest = path[1:].partition("/")
    return Address(
        api_id=api_id,
        region=region,
        stage=stage or None,
        path="/" + rest if slash else "/",
        full_path=path,
        domain=domain,
        vpce=vpce,
    )


def _by_path(path: str, request: HttpRequest) -> Address:
    api_id, _, rest = path.removeprefix(_PATH_PREFIX).partition("/")
    # The domain is completed with the API's Region once the API is found.
    return _staged(api_id, "", "/" + rest, domain="", vpce=_source_vpce(request))


def _by_domain(world: World, host: str, path: str, request: HttpRequest) -> Address | None:
    vpce = _source_vpce(request)
    for store in world.apigateway_stores():
        for domain in store.domain_names.values():
            if domain.name.lower() == host and _reachable(domain, store, vpce):
                return _mapped(domain, path, host=host, vpce=vpce)
    return None


def _reachable(domain: DomainName, store: ApiGatewayStore, vpce: str | None) -> bool:
    """A private domain resolves only for VPC endpoints that are associated with it."""
    if "PRIVATE" not in domain.endpoint_types:
        return True
    del store
    return vpce is not None


def _mapped(domain: DomainName, path: str, *, host: str, vpce: str | None) -> Address:
    mapping, base = None, ""
    for base_path, candidate in domain.mappings.items():
        prefix = "" if base_path == _NO_BASE_PATH else base_path.strip("/")
        fits = not prefix or path == f"/{prefix}" or path.startswith(f"/{prefix}/")
        # The longest base path that fits wins.
        if fits and (mapping is None or len(prefix) > len(base)):
            mapping, base = candidate, prefix
    if mapping is None:
        return Address(
            api_id="", stage=None, path=path, full_path=path, domain=host, custom=True, vpce=vpce, unmapped=True
        )
    rest = path[len(base) + 1 :] if base else path
    stage = mapping.stage
    if stage is None:
        # A mapping without a stage leaves the stage to the client, as its first segment.
        first, slash, tail = rest.lstrip("/").partition("/")
        stage, rest = first or None, "/" + tail if slash else "/"
    return Address(
        api_id=mapping.api_id,
        stage=stage,
        path=rest or "/",
        full_path=path,
        domain=host,
        base_path=f"/{base}" if base else "",
        custom=True,
        vpce=vpce,
    )
