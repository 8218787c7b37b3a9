"""API Gateway v1 (`apigateway` of botocore): the table of its operations, gathered from one file a concept."""

from __future__ import annotations

from sandbox.apigateway import account, deployments, rest_apis, stages
from sandbox.control_plane.service import Service

SERVICE = Service(
    name="apigateway",
    operations={
        **account.OPERATIONS,
        **deployments.OPERATIONS,
        **rest_apis.OPERATIONS,
        **stages.OPERATIONS,
    },
)
