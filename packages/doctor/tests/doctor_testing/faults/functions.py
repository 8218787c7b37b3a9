"""Faults of the function and of its response."""

from __future__ import annotations

from collections.abc import Callable

from doctor_testing.deployments import Deployment, archive
from doctor_testing.faults.fault import Fault
from doctor_testing.faults.logs import with_logging


def _no_concurrency(deployment: Deployment) -> None:
    deployment.functions.put_function_concurrency(FunctionName=deployment.name, ReservedConcurrentExecutions=0)


def slow(seconds: float) -> Callable[[Deployment], None]:
    def change(deployment: Deployment) -> None:
        deployment.source = deployment.source.replace(
            "    return", f"    import time; time.sleep({seconds})\n    return"
        )

    return change


def _short_integration(deployment: Deployment) -> None:
    deployment.patch_integration("/", "100", at="/timeoutInMillis")
    deployment.deploy()


def _slow_with_forty_seconds(deployment: Deployment) -> None:
    slow(0.4)(deployment)
    deployment.timeout_s = 40


def _mock_without_answer(deployment: Deployment) -> None:
    where = {"restApiId": deployment.api_id, "resourceId": deployment.resource("/health"), "httpMethod": "GET"}
    deployment.gateway.put_method(**where, authorizationType="NONE")
    template = '{"statusCode": 200}'
    deployment.gateway.put_integration(**where, type="MOCK", requestTemplates={"application/json": template})
    deployment.deploy()


def _slow_with_one_second(deployment: Deployment) -> None:
    # Two seconds of work, which the test need not wait for again when the function has enough time.
    working = "    if context.get_remaining_time_in_millis() <= 1000:\n        __import__('time').sleep(2)\n    return"
    deployment.source = deployment.source.replace("    return", working)
    deployment.timeout_s = 1


def _source(text: str) -> Callable[[Deployment], None]:
    def change(deployment: Deployment) -> None:
        deployment.source = text

    return change


def _raises_in_json(deployment: Deployment) -> None:
    deployment.source = "def handler(event, context):\n    raise ValueError('no pets')\n"
    deployment.log_format = "JSON"


def _handler_of_one_word(deployment: Deployment) -> None:
    deployment.functions.update_function_configuration(FunctionName=deployment.name, Handler="app")
    version = deployment.functions.publish_version(FunctionName=deployment.name)["Version"]
    deployment.functions.update_alias(FunctionName=deployment.name, Name="live", FunctionVersion=version)


def _killed_with_little_memory(deployment: Deployment) -> None:
    # On Lambda, the system kills the process; here memory has no limit.
    killed = "    import os\n    if context.memory_limit_in_mb == '128':\n        os.kill(os.getpid(), 9)\n    return"
    deployment.source = deployment.source.replace("    return", killed)


def _edit_the_code(deployment: Deployment) -> None:
    source = f"{deployment.source}\n# not released\n"
    deployment.functions.update_function_code(FunctionName=deployment.name, ZipFile=archive(source))


FAULTS = (
    Fault(name="reserved concurrency 0", hop="function", cause="reserved concurrency of 0", then=_no_concurrency),
    Fault(name="function slower than the integration", hop="function", cause="the integration only waits 0.1 s",
          status=504, before=slow(0.4), then=_short_integration),
    Fault(name="function that can run for longer than API Gateway waits", hop="function", cause="can run for 40 s",
          status=504, before=_slow_with_forty_seconds, then=_short_integration),
    Fault(name="mock integration without a response", hop="route", cause="No match for output mapping",
          then=_mock_without_answer, ask=lambda made: made.get("/health")),
    Fault(name="function slower than its own timeout", hop="result", cause="within its timeout of 1 s", status=502,
          before=_slow_with_one_second),
    Fault(name="malformed answer", hop="result", cause="a response that API Gateway does not accept", status=502,
          before=_source("def handler(event, context):\n    return {'status': 200}\n"), then=with_logging, code=True),
    Fault(name="handler raises", hop="result", cause="ValueError: no pets", status=502,
          before=_source("def handler(event, context):\n    raise ValueError('no pets')\n"), code=True),
    Fault(name="handler raises, seen in the execution log", hop="result", cause="ended its last run with", status=502,
          before=_source("def handler(event, context):\n    raise ValueError('no pets')\n"),
          then=with_logging, code=True),
    Fault(name="handler raises, logged as JSON", hop="result", cause="ended its last run with ValueError", status=502,
          before=_raises_in_json, code=True),
    Fault(name="import fails", hop="result", cause="ImportModuleError", status=502,
          before=_source("import nowhere\n"), code=True),
    Fault(name="handler not there", hop="result", cause="HandlerNotFound: Handler 'handler' missing", status=502,
          before=_source("def other(event, context):\n    return {}\n"), code=True),
    Fault(name="missing handler, seen in the execution log", hop="result", cause="HandlerNotFound", status=502,
          before=_source("def other(event, context):\n    return {}\n"), then=with_logging, code=True),
    Fault(name="handler without a function's name", hop="result", cause="MalformedHandlerName", status=502,
          then=_handler_of_one_word, code=True),
    Fault(name="out of memory", hop="result", cause="ran out of memory in its last run: it has 128 MB", status=502,
          before=_killed_with_little_memory),
    Fault(name="out of memory, with unreleased code beside it", hop="result", cause="ran out of memory", status=502,
          before=_killed_with_little_memory, then=_edit_the_code, code=True),
)  # fmt: skip
