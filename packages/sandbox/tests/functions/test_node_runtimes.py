"""Node.js functions follow the rules of their configured runtime, not those of the `node` on PATH."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from aws_rules.runtimes import NODE_RUNTIMES
from cross_account_sandbox.functions.runtimes import node_available
from sandbox_testing.functions import zipped

if TYPE_CHECKING:
    from sandbox_testing.functions import Lambda

#: Empty if Node.js is missing, as in the other tests of functions.
RUNTIMES = NODE_RUNTIMES if node_available() else ()
CALLBACK = "exports.handler = (event, context, done) => done(null, event);\n"
MODULE = "export const handler = async () => 'module';\n"
REQUIRES_MODULE = "exports.handler = async () => require('./other.mjs').default;\n"
OTHER = {"other.mjs": "export default 'module';\n"}


def answer(functions: Lambda, runtime: str, files: dict[str, str], event: Any = None, **params: Any) -> Any:
    """Return the function's result, or the type of its error."""
    functions.create("pets", "", runtime=runtime, Code={"ZipFile": zipped(files)}, **params)
    payload, reply = functions.call("pets", event)
    return payload["errorType"] if "FunctionError" in reply else payload


def options(flag: str) -> dict[str, Any]:
    return {"Environment": {"Variables": {"NODE_OPTIONS": flag}}}


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_handler_with_a_callback_runs_up_to_node_22(functions: Lambda, runtime: str) -> None:
    early = runtime in ("nodejs20.x", "nodejs22.x")
    expected = "called" if early else "Runtime.CallbackHandlerDeprecated"
    assert answer(functions, runtime, {"index.js": CALLBACK}, "called") == expected


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize(
    "source",
    [
        "exports.handler = async (event, context) => event;\n",
        "exports.handler = async (...all) => all[0];\n",
        "exports.handler = async (event, context, third = 1) => event;\n",
    ],
)
def test_a_handler_without_one_runs_on_every_runtime(functions: Lambda, runtime: str, source: str) -> None:
    assert answer(functions, runtime, {"index.js": source}, {"pets": ["Rex", "é"]}) == {"pets": ["Rex", "é"]}


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_an_error_of_the_handler_is_the_functions_error(functions: Lambda, runtime: str) -> None:
    source = "exports.handler = async () => { throw new RangeError('no such pet'); };\n"
    assert answer(functions, runtime, {"index.js": source}) == "RangeError"


@pytest.mark.parametrize("runtime", [runtime for runtime in RUNTIMES if runtime != "nodejs20.x"])
def test_a_js_file_with_export_is_no_module_unless_package_json_says_so(functions: Lambda, runtime: str) -> None:
    assert answer(functions, runtime, {"index.js": MODULE}) == "Runtime.UserCodeSyntaxError"
    functions.client.delete_function(FunctionName="pets")
    assert answer(functions, runtime, {"index.js": MODULE, "package.json": '{"type": "module"}'}) == "module"
    functions.client.delete_function(FunctionName="pets")
    assert answer(functions, runtime, {"index.mjs": MODULE}) == "module"


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_module_cannot_be_required(functions: Lambda, runtime: str) -> None:
    assert answer(functions, runtime, {"index.js": REQUIRES_MODULE, **OTHER}) == "Error"


@pytest.mark.parametrize(
    ("flag", "files"),
    [
        # The runtime client requires a .js file; to find a module there, it needs both.
        ("--experimental-detect-module --experimental-require-module", {"index.js": MODULE}),
        ("--experimental-require-module", {"index.js": REQUIRES_MODULE, **OTHER}),
    ],
)
@pytest.mark.parametrize("runtime", RUNTIMES[1:2])
def test_node_options_switch_it_on_again(functions: Lambda, runtime: str, flag: str, files: dict[str, str]) -> None:
    assert answer(functions, runtime, files, **options(flag)) == "module"
