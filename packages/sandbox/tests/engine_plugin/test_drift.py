from cross_account_sandbox.engine_plugin.drift import inputs_after


def test_what_aws_changed_is_in_the_inputs_so_that_the_next_up_puts_it_back() -> None:
    inputs = {"functionVersion": "1", "name": "live", "__defaults": []}
    before = {"functionVersion": "1", "name": "live", "arn": "a"}

    kept = inputs_after(inputs, before, {"functionVersion": "2", "name": "live", "arn": "a"})

    assert kept == {"functionVersion": "2", "name": "live", "__defaults": []}


def test_a_value_that_aws_writes_in_its_own_way_is_no_drift() -> None:
    inputs = {"policy": '{"b": 1, "a": 2}', "__defaults": []}
    outputs = {"policy": '{"a":2,"b":1}'}

    assert inputs_after(inputs, outputs, outputs) == inputs


def test_an_input_that_aws_no_longer_has_leaves_the_inputs() -> None:
    kept = inputs_after({"retention": 7, "__defaults": ["retention"]}, {"retention": 7}, {})

    assert kept == {"__defaults": []}


def test_an_input_that_is_never_read_back_stays() -> None:
    assert inputs_after({"body": "{}"}, {}, {})["body"] == "{}"
