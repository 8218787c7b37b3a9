"""Wrong settings with the expected message and fix of each; docs/settings.md describes the messages."""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.settings.reading import API, FUNCTION

ROLE = "arn:aws:iam::{}:role/teams/deployer"
CHINA = {"id": "222222222222", "region": "cn-north-1"}


class Fault(NamedTuple):
    """Settings with one fault, the key that is set with -c, the message, and the fix in both forms."""

    values: dict[str, Any]
    override: str
    reported: str
    fix: str
    fix_of_override: str

    @property
    def sentence(self) -> str:
        """The message before the fix."""
        return self.reported if self.reported.endswith("?") else f"{self.reported}."


FAULTS = [
    # missing
    Fault(
        {"functionAccount": None},
        "",
        "functionAccount is required",
        "pulumi config set --path functionAccount.id 222222222222 && "
        "pulumi config set --path functionAccount.region eu-west-1",
        "",
    ),
    Fault(
        {"apiAccount": {"id": "111111111111"}},
        "apiAccount.id",
        "apiAccount.region is required",
        "pulumi config set --path apiAccount.region eu-west-1",
        "-c apiAccount.region=eu-west-1",
    ),
    # types
    Fault(
        {"apiAccount": "111111111111"},
        "apiAccount",
        "apiAccount: '111111111111' must be an object",
        "pulumi config rm --path apiAccount && pulumi config set --path apiAccount.id 111111111111 && "
        "pulumi config set --path apiAccount.region eu-west-1",
        "-c apiAccount.id=111111111111 -c apiAccount.region=eu-west-1 instead of -c apiAccount",
    ),
    Fault(
        {"tags": "pets"},
        "tags",
        "tags: 'pets' must be an object",
        "pulumi config rm --path tags && pulumi config set --path tags.team pets",
        "-c tags.team=pets instead of -c tags",
    ),
    Fault(
        {"tags": {"team": {"name": "pets"}}},
        "tags.team.name",
        'tags.team: {"name": "pets"} must be text',
        "pulumi config set --path tags.team pets",
        "-c tags.team=pets",
    ),
    Fault(
        {"tags": {"a.b": 1.5}},
        'tags["a.b"]',
        'tags["a.b"]: 1.5 must be text',
        "pulumi config set --path 'tags[\"a.b\"]' VALUE",
        "-c 'tags[\"a.b\"]=VALUE'",
    ),
    Fault(
        {"allowedSourceIps": "everywhere"},
        "allowedSourceIps",
        "allowedSourceIps: 'everywhere' must be a list",
        "pulumi config rm --path allowedSourceIps && pulumi config set --path 'allowedSourceIps[0]' 192.0.2.0/24",
        "-c 'allowedSourceIps[0]=192.0.2.0/24' instead of -c allowedSourceIps",
    ),
    *(
        Fault(
            {"throttlingRateLimit": bad},
            "throttlingRateLimit",
            f"throttlingRateLimit: {bad!r} must be a whole number",
            "pulumi config set --path throttlingRateLimit 1000",
            "-c throttlingRateLimit=1000",
        )
        for bad in ("0.5", "inf", "nan")
    ),
    Fault(
        {"retainLogs": "perhaps"},
        "retainLogs",
        "retainLogs: 'perhaps' must be true or false",
        "pulumi config set --path retainLogs true",
        "-c retainLogs=true",
    ),
    Fault(
        {"apiAccount": {**API, "profile": ["x"]}},
        "apiAccount.profile[0]",
        'apiAccount.profile: ["x"] must be text',
        "pulumi config set --path apiAccount.profile api-account",
        "-c apiAccount.profile=api-account",
    ),
    Fault(
        {"apiAccount": {**API, "roleArn": ROLE.format(API["id"]), "externalId": {"a": "b"}}},
        "apiAccount.externalId.a",
        'apiAccount.externalId: {"a": "b"} must be text',
        "pulumi config set --secret --path apiAccount.externalId",
        "-c apiAccount.externalId=my-secret",
    ),
    # values
    Fault(
        {"memorySize": "64"},
        "memorySize",
        "memorySize: '64' must be greater than or equal to 128",
        "pulumi config set --path memorySize 256",
        "-c memorySize=256",
    ),
    Fault(
        {"timeout": "901"},
        "timeout",
        "timeout: '901' must be less than or equal to 900",
        "pulumi config set --path timeout 10",
        "-c timeout=10",
    ),
    Fault(
        {"throttlingBurstLimit": "-1"},
        "throttlingBurstLimit",
        "throttlingBurstLimit: '-1' must be greater than 0",
        "pulumi config set --path throttlingBurstLimit 500",
        "-c throttlingBurstLimit=500",
    ),
    Fault(
        {"logRetentionDays": "31"},
        "logRetentionDays",
        "logRetentionDays: '31' is not a retention time of CloudWatch Logs: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, "
        "365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 days",
        "pulumi config set --path logRetentionDays 30",
        "-c logRetentionDays=30",
    ),
    *(
        Fault(
            {key: bad},
            key,
            f"{key}: {bad!r} is not one of {choices}",
            f"pulumi config set --path {key} {example}",
            f"-c {key}={example}",
        )
        for key, bad, choices, example in [
            ("endpointType", "GLOBAL", "'REGIONAL', 'EDGE'", "REGIONAL"),
            ("invocation", "both", "'permission', 'role'", "permission"),
            ("permissionScope", "account", "'method', 'stage', 'api'", "method"),
            ("authorization", "IAM", "'NONE', 'AWS_IAM'", "AWS_IAM"),
            ("gatewayLogging", "on", "'existing', 'managed', 'off'", "existing"),
            ("architecture", "x86", "'arm64', 'x86_64'", "arm64"),
            ("logLevel", "DEBUG", "'ERROR', 'INFO', 'OFF'", "INFO"),
        ]
    ),
    Fault(
        {"stageName": "a/b"},
        "stageName",
        "stageName: 'a/b' must be 1 to 128 letters, digits, - or _",
        "pulumi config set --path stageName dev",
        "-c stageName=dev",
    ),
    Fault(
        {"functionName": "a.b"},
        "functionName",
        "functionName: 'a.b' must be 1 to 64 letters, digits, - or _",
        "pulumi config set --path functionName hello",
        "-c functionName=hello",
    ),
    Fault(
        {"endpoint": "localhost:4566"},
        "endpoint",
        "endpoint: 'localhost:4566' must be a URL that begins with http:// or https://",
        "pulumi config set --path endpoint http://127.0.0.1:4566",
        "-c endpoint=http://127.0.0.1:4566",
    ),
    Fault(
        {"backendUrl": "ftp://pets"},
        "backendUrl",
        "backendUrl: 'ftp://pets' must be a URL that begins with http:// or https://",
        "pulumi config set --path backendUrl https://backend.example.com",
        "-c backendUrl=https://backend.example.com",
    ),
    Fault(
        {"backendUrl": "https://pets.example.com/v1/petstore/"},
        "backendUrl",
        "backendUrl: 'https://pets.example.com/v1/petstore/' already ends in /petstore, which the document adds",
        "pulumi config set --path backendUrl https://pets.example.com/v1",
        "-c backendUrl=https://pets.example.com/v1",
    ),
    *(
        Fault(
            {"alias": empty},
            "alias",
            f"alias: {empty!r} must be the alias's name, or false: the API then calls the function without an alias",
            f"pulumi config set --path alias {fix}",
            f"-c alias={fix}",
        )
        for empty, fix in [("", "false"), ("true", "live")]
    ),
    *(
        Fault(
            {"runtime": runtime},
            "runtime",
            f"runtime: {runtime!r} cannot be used: {reason}: use {family} (which is {identifier})",
            f"pulumi config set --path runtime {family}",
            f"-c runtime={family}",
        )
        for runtime, reason, family, identifier in [
            (
                "nodejs12.x",
                "Lambda no longer creates functions with the runtime nodejs12.x (deprecated 2023-03-31)",
                "nodejs",
                "nodejs22.x",
            ),
            (
                "python3.9",
                "Lambda no longer creates functions with the runtime python3.9 (deprecated 2025-12-15)",
                "python",
                "python3.13",
            ),
            ("python3.99", "python3.99 is not a runtime of Lambda", "python", "python3.13"),
        ]
    ),
    Fault(
        {"runtime": "ruby3.4"},
        "runtime",
        "runtime: 'ruby3.4' must be nodejs, python, or the full identifier of one of their runtimes, "
        "such as python3.13",
        "pulumi config set --path runtime python",
        "-c runtime=python",
    ),
    Fault(
        {"alias": "a b"},
        "alias",
        "alias: 'a b' must be 1 to 128 letters, digits, - or _, and not only digits; or false",
        "pulumi config set --path alias live",
        "-c alias=live",
    ),
    Fault(
        {"allowedSourceIps": ["192.0.2.1", "everywhere"]},
        "allowedSourceIps[1]",
        "allowedSourceIps[1]: 'everywhere' must be an IP address or a CIDR block such as 192.0.2.0/24 or 2001:db8::/32",
        "pulumi config set --path 'allowedSourceIps[1]' 192.0.2.0/24",
        "-c 'allowedSourceIps[1]=192.0.2.0/24'",
    ),
    # accounts
    Fault(
        {"apiAccount": {**API, "id": 12345678901}},
        "apiAccount.id",
        "apiAccount.id: 12345678901 must be an account ID of exactly 12 digits; in the YAML file, an ID that begins "
        "with 0 needs quotes",
        "pulumi config set --path apiAccount.id 111111111111",
        "-c apiAccount.id=111111111111",
    ),
    Fault(
        {"functionAccount": {**FUNCTION, "region": "europe"}},
        "functionAccount.region",
        "functionAccount.region: 'europe' must be the name of an AWS Region such as eu-west-1",
        "pulumi config set --path functionAccount.region eu-west-1",
        "-c functionAccount.region=eu-west-1",
    ),
    Fault(
        {"apiAccount": {**API, "roleArn": "deployer"}},
        "apiAccount.roleArn",
        "apiAccount.roleArn: 'deployer' must be the ARN of an IAM role",
        "pulumi config set --path apiAccount.roleArn arn:aws:iam::111111111111:role/deployer",
        "-c apiAccount.roleArn=arn:aws:iam::111111111111:role/deployer",
    ),
    Fault(
        {"functionAccount": API},
        "apiAccount.id",
        "functionAccount.id: '111111111111' is also the API's account; this program connects two accounts",
        "pulumi config set --path functionAccount.id 222222222222",
        "-c functionAccount.id=222222222222",
    ),
    Fault(
        {"functionAccount": CHINA},
        "functionAccount.region",
        "functionAccount.region: 'cn-north-1' is in partition aws-cn, and apiAccount.region is in aws; "
        "no permission crosses partitions",
        "pulumi config set --path functionAccount.region eu-west-1",
        "-c functionAccount.region=eu-west-1",
    ),
    Fault(
        {"functionAccount": {**FUNCTION, "externalId": "hush"}},
        "functionAccount.externalId",
        "functionAccount.roleArn is required with externalId, which is sent when a role is assumed",
        "pulumi config set --path functionAccount.roleArn arn:aws:iam::222222222222:role/deployer",
        "-c functionAccount.roleArn=arn:aws:iam::222222222222:role/deployer",
    ),
    Fault(
        {"functionAccount": {**FUNCTION, "roleArn": ROLE.format("333333333333")}},
        "functionAccount.id",
        f"functionAccount.roleArn: '{ROLE.format('333333333333')}' is a role in account 333333333333, "
        "not in account 222222222222",
        f"pulumi config set --path functionAccount.roleArn {ROLE.format('222222222222')}",
        f"-c functionAccount.roleArn={ROLE.format('222222222222')}",
    ),
    Fault(
        {"functionAccount": {**FUNCTION, "roleArn": ROLE.format(FUNCTION["id"]).replace("aws", "aws-cn", 1)}},
        "functionAccount.roleArn",
        "functionAccount.roleArn: 'arn:aws-cn:iam::222222222222:role/teams/deployer' is a role in partition aws-cn, "
        "and the Region is in aws",
        f"pulumi config set --path functionAccount.roleArn {ROLE.format('222222222222')}",
        f"-c functionAccount.roleArn={ROLE.format('222222222222')}",
    ),
    # unknown keys
    Fault(
        {"stagName": "-v1"},
        "stagName",
        "stagName: unknown key, with value '-v1'; did you mean stageName?",
        "pulumi config rm --path stagName && pulumi config set --path -- stageName -v1",
        "-c stageName=-v1 instead of -c stagName",
    ),
    Fault(
        {"apiAccount": {**API, "profil": 'it\'s a "profile"'}},
        "apiAccount.profil",
        "apiAccount.profil: unknown key, with value 'it\\'s a \"profile\"'; did you mean apiAccount.profile?",
        "pulumi config rm --path apiAccount.profil && "
        """pulumi config set --path apiAccount.profile 'it'"'"'s a "profile"'""",
        """-c 'apiAccount.profile=it'"'"'s a "profile"' instead of -c apiAccount.profil""",
    ),
    Fault(
        {"tag": {"a.b": "x", "cost": 42}},
        "tag.cost",
        'tag: unknown key, with value {"a.b": "x", "cost": 42}; did you mean tags?',
        "pulumi config rm --path tag && pulumi config set --path 'tags[\"a.b\"]' x && "
        "pulumi config set --path tags.cost 42",
        "-c 'tags[\"a.b\"]=x' -c tags.cost=42 instead of -c tag",
    ),
    Fault(
        {"colour": "red"},
        "colour",
        "colour: unknown key, with value 'red'; the keys are apiAccount, functionAccount, endpoint, tags, runtime, "
        "endpointType, stageName, invocation, permissionScope, authorization, gatewayLogging, alias, backendUrl, "
        "functionName, memorySize, timeout, architecture, logLevel, logRetentionDays, retainLogs, tracing, "
        "throttlingRateLimit, throttlingBurstLimit, testInvoke, allowedSourceIps, deletionProtection",
        "pulumi config rm --path colour",
        "leave out -c colour",
    ),
]
