"""The document of a cross-account API: the given one plus functions, authorizers and the API's properties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pulumi

from aws_rules import arns, import_rules, policies
from aws_rules.quotas import REST_INTEGRATION_MS, longest_integration_ms
from cross_account_api.accounts import Account
from cross_account_api.function.targets import BoundFunction
from cross_account_api.rest import guards, openapi, unserved
from cross_account_api.rest.authorizer import BoundAuthorizer
from cross_account_api.rest.document_checks import document_faults, paths_of, resource_fault, size_fault
from cross_account_api.rest.invoke_role import InvokeRole
from cross_account_api.rest.rest_api import RestApiArgs
from cross_account_api.rest.routes import Route, pairs, route_faults, timeout_faults

Authorization = Literal["NONE", "AWS_IAM"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ApiDocument:
    """The inputs of an API's document; see `CrossAccountApiArgs`."""

    component: str
    account: Account
    api: RestApiArgs
    routes: Sequence[Route]
    authorizers: Sequence[str]
    authorization: Authorization
    cors_origin: str | None

    def faults(self) -> list[str]:
        """What API Gateway would refuse to import or deploy, or could not guard. Pure."""
        given = self.api.document
        faults = route_faults(pairs(self.routes), given) + self._quota_faults()
        if given is not None:
            faults += document_faults(
                given,
                pairs(self.routes),
                partition=self.account.partition,
                longest_ms=longest_integration_ms(self.api.endpoint_type, self.api.integration_timeout_quota_ms),
                unserved=self.api.unserved,
                rename_schemas=self.api.rename_schemas,
            )
            faults += guards.guard_faults(given, self._guards(given), self.authorizers)
        return faults + self._property_faults()

    def size_faults(self, invoke_arns: Mapping[str, str]) -> list[str]:
        """The error if it is too large with everything that the functions with these ARNs add to it. Pure."""
        if self.api.document is None:
            return []
        uris = {name: arns.invoke_uri_in(self.account.region, arn) for name, arn in invoke_arns.items()}
        document = openapi.with_lambda_routes(self._deployable(self.api.document), self._lambda_routes(uris, None))
        fault = size_fault(guards.with_guards(document, self._guards(document)))
        return [fault] if fault else []

    def text(
        self,
        functions: Mapping[str, BoundFunction],
        role: InvokeRole | None,
        authorizers: Sequence[BoundAuthorizer],
    ) -> pulumi.Output[str]:
        """The whole document as text; known once every function's URI is known."""
        given = self.api.document
        base = (
            self._deployable(given)
            if given
            else openapi.from_routes(self.api.title or self.component, pairs(self.routes))
        )
        wanted = self._guards(base)
        if self.cors_origin:
            base = openapi.with_preflight(base, self._preflight_paths(base, wanted), origin=self.cors_origin)
        return pulumi.Output.all(
            uris={name: function.uri for name, function in functions.items()},
            schemes={each.name: each.scheme for each in authorizers},
            credentials=role.arn if role else None,
            policy=self.api.resource_policy,
            vpc_endpoint_ids=list(self.api.vpc_endpoint_ids),
        ).apply(lambda values: openapi.rendered(self._whole(base, wanted, values)))

    def _whole(
        self, base: Mapping[str, Any], wanted: Mapping[guards.Operation, guards.Guard], values: Mapping[str, Any]
    ) -> openapi.Json:
        document = openapi.with_lambda_routes(base, self._lambda_routes(values["uris"], values["credentials"]))
        document = guards.with_guards(openapi.with_security_schemes(document, values["schemes"]), wanted)
        return openapi.with_api_properties(
            document,
            title=self.api.title or self.component,
            description=self.api.description,
            policy=values["policy"],
            binary_types=self.api.binary_types,
            minimum_compression_size=self.api.minimum_compression_size,
            gateway_responses=_with_cors(self.cors_origin) if self.cors_origin else None,
            endpoint=openapi.endpoint_configuration(
                vpc_endpoint_ids=values["vpc_endpoint_ids"],
                disable_default_endpoint=self.api.disable_default_endpoint,
            ),
        )

    def _lambda_routes(self, uris: Mapping[str, str], credentials: str | None) -> list[openapi.LambdaRoute]:
        return [
            openapi.LambdaRoute(
                method=route.method,
                path=route.path,
                uri=uris[route.function],
                credentials=credentials,
                timeout_ms=route.timeout_ms,
            )
            for route in self.routes
        ]

    def _guards(self, document: Mapping[str, Any]) -> dict[guards.Operation, guards.Guard]:
        """The guard that the arguments request, by operation of the document."""
        routes = [(route.method, route.path, route.authorizer) for route in self.routes]
        return guards.wanted_guards(document, routes, self.authorization)

    def _preflight_paths(
        self, document: Mapping[str, Any], wanted: Mapping[guards.Operation, guards.Guard]
    ) -> list[str]:
        """The paths that need a separate OPTIONS method.

        ANY includes OPTIONS, but if it is guarded it refuses a browser's preflight, which carries no credentials. A
        given document decides which other paths answer preflights.
        """
        guarded = [path for method, path in wanted if method == arns.ANY]
        if self.api.document is not None:
            return guarded
        whole = {path for method, path in openapi.operations(document) if method == arns.ANY}
        paths = dict.fromkeys(route.path for route in self.routes)
        return [path for path in paths if path not in whole or path in guarded]

    def _deployable(self, document: Mapping[str, Any]) -> Mapping[str, Any]:
        """The document with what `rename_schemas` and `unserved` add: valid names of models, and integrations."""
        if self.api.rename_schemas:
            document = import_rules.with_model_names(document)
        if self.api.unserved == "501":
            lacking = unserved.unserved_operations(document, pairs(self.routes))
            document = unserved.with_not_implemented(document, lacking, origin=self.cors_origin)
        return document

    def _quota_faults(self) -> list[str]:
        quota = self.api.integration_timeout_quota_ms
        if quota < REST_INTEGRATION_MS:
            return [
                (
                    f"integration_timeout_quota_ms {quota}: the quota is {REST_INTEGRATION_MS:,} milliseconds unless "
                    "it was raised; give the raised one in milliseconds, or leave it out"
                )
            ]
        faults = timeout_faults(self.routes, longest_integration_ms(self.api.endpoint_type, quota))
        given = self.api.document
        paths = [route.path for route in self.routes] if given is None else paths_of(given)
        fault_of_paths = resource_fault(paths, self.api.resources_quota)
        return faults + ([fault_of_paths] if fault_of_paths else [])

    def _property_faults(self) -> list[str]:
        faults = []
        policy, kind = self.api.resource_policy, self.api.endpoint_type
        if isinstance(policy, Mapping) and (length := len(policies.rendered(policy))) > policies.API_POLICY_CHARACTERS:
            faults.append(
                f"resource_policy: {length:,} characters, and API Gateway accepts {policies.API_POLICY_CHARACTERS:,}: "
                "name accounts or networks instead of single callers, or use wildcards in paths"
            )
        if kind == "PRIVATE" and policy is None:
            faults.append(
                "endpointType PRIVATE: without a resource policy, a private API refuses every request; give "
                "resource_policy, for instance resource_policies.vpc_endpoints_policy(...)"
            )
        if kind == "EDGE" and self.account.partition != "aws":
            faults.append(f"endpointType EDGE: partition {self.account.partition} has no edge endpoints; use REGIONAL")
        return faults


def _with_cors(origin: str) -> dict[str, Any]:
    """`x-amazon-apigateway-gateway-responses`: API Gateway's own responses, readable for pages from other origins.

    They have no templates, so the bodies stay API Gateway's. Because they are in the document, the deployment's trigger
    covers changes to them. Source: developer guide, supported-gateway-response-types.
    """
    headers = {
        "gatewayresponse.header.Access-Control-Allow-Origin": f"'{origin}'",
        "gatewayresponse.header.Access-Control-Allow-Headers": "'*'",
    }
    return {kind: {"responseParameters": dict(headers)} for kind in ("DEFAULT_4XX", "DEFAULT_5XX")}
