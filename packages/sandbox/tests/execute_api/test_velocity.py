"""Mapping templates: $input, $util, maps and lists as API Gateway renders them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cross_account_sandbox.execute_api.json_path import MISSING, JsonPathError, look_up
from cross_account_sandbox.execute_api.velocity import TemplateError, is_constant, render
from cross_account_sandbox.execute_api.velocity_values import VelocityMap

BODY = json.dumps(
    {"name": "Ada", "age": 36, "on": True, "none": None, "tags": ["a", "b"], "pets": [{"name": "Rex"}, {"name": "Tom"}]}
)
PARAMS = {"path": {"id": "7"}, "querystring": {"q": "1 & 2"}, "header": {"Day": "Thursday"}}


def rendered(template: str, body: str = BODY) -> str:
    context = VelocityMap({"stage": "dev", "identity": {"sourceIp": "127.0.0.1"}})
    return render(template, body=body, params=PARAMS, context=context, variables={"colour": "blue"})


@given(st.text().filter(is_constant) | st.text("ab1{}()[]!'\" \n*|"))
def test_a_constant_template_is_its_own_result(template: str) -> None:
    assert rendered(template) == template


@pytest.mark.parametrize("template", ["$input.body", "a $", "#if(1)a#end", "## a comment", "a\\\\b"])
def test_a_template_with_signs_of_the_language_is_rendered(template: str) -> None:
    assert not is_constant(template)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("$input.json('$.name')", '"Ada"'),
        ("$input.json('$')", json.dumps(json.loads(BODY), separators=(",", ":"))),
        ("$input.path('$.name') is $input.path('$.age')", "Ada is 36"),
        ("$input.path('$.on')", "true"),
        ("$input.path('$.missing')", ""),
        ("$input.json('$.missing')", '""'),
        ("$input.path('$.tags')", '["a","b"]'),
        ("$input.path('$.pets[1].name')", "Tom"),
        ("$input.path('$.tags').size()", "2"),
        ("$input.params('id') $input.params('q') $input.params('day')", "7 1 & 2 Thursday"),
        ("$input.params().header.get('Day')", "Thursday"),
        ("$input.params().path", "{id=7}"),
        ("$input.params('nothing')", ""),
        (
            "$context.stage $context.identity.sourceIp $stageVariables.colour ${stageVariables.colour}",
            "dev 127.0.0.1 blue blue",
        ),
        ("#if($input.path('$.on'))yes#{else}no#end", "yes"),
        ("#if($input.path('$.name') == 'Ada')yes#end", "yes"),
        ("#foreach($pet in $input.path('$.pets'))$pet.name#if($foreach.hasNext),#end#end", "Rex,Tom"),
        ("#foreach($key in $input.params().header.keySet())$key#end", "Day"),
        ("#set($map = {'a': 1})$map.a $map.containsKey('a') $map.isEmpty()", "1 true false"),
        ("$util.urlEncode('a b&c') $util.urlDecode('a+b%26c')", "a+b%26c a b&c"),
        ("$util.base64Encode('hi') $util.base64Decode('aGk=')", "aGk= hi"),
        ('$util.parseJson(\'{"a": {"b": 2}}\').a.b', "2"),
        ('$util.escapeJavaScript("it\'s")', "it\\'s"),
        ("<style>body { color: #333 }</style> $5", "<style>body { color: #333 }</style> $5"),
    ],
)
def test_templates(template: str, text: str) -> None:
    assert rendered(template) == text


@pytest.mark.parametrize(
    ("template", "text"),
    [
        # A null or unknown reference renders as nothing …
        ("[$x]", "[]"),
        ("[${x}] [$!x] [$!{x}]", "[] [] []"),
        ("[$stageVariables.version]", "[]"),
        ("[$context.authorizer.claims.sub]", "[]"),
        ("#set($r = $input.path('$'))[$r.nested] [$r.none] [$r.nested.deeper] [$r.nested[0]]", "[] [] [] []"),
        ("#set($r = $input.path('$'))[$r.get('nested')] [$r['nested']] [$r.pets[7].name]", "[] [] []"),
        ("[$x.size()] [$input.nothing] [$util.nothing('a')]", "[] [] []"),
        ('#set($r = $input.path("$"))[$r.items] [$r.keys]', "[] []"),
        ('"$x" #set($text = "<$x>")$text', '"" <>'),
        ("[$util.urlEncode($x)] [$util.escapeJavaScript($x)] [$util.base64Encode($x)]", "[] [] []"),
        ('[${x|"other"}]', "[other]"),
        ("$5 costs $", "$5 costs $"),
        # … is null in an expression …
        ("#if($x == $null)yes#{else}no#end", "yes"),
        ("#if($null == $x)yes#end#if($x != $null)no#end", "yes"),
        ("#if($x)no#{else}yes#end#if(!$x)yes#end", "yesyes"),
        ("#if($input.path('$').none == $null)yes#end", "yes"),
        ("#if($x > 1)no#{else}yes#end#if(1 <= $x)no#end", "yes"),
        ("#set($sum = $x + 1)[$sum]", "[]"),
        ("#foreach($item in $x)no#end", ""),
        ("#set($x.y = 1)#set($x[0] = 1)#set($context.nothing.deep = 1)[$x]", "[]"),
        # … and prints as Java's null in a list or map.
        ("#set($list = [1, $x, true, 'a'])$list", "[1, null, true, a]"),
        ("#set($map = {'a': $x, 'b': [1]})$map", "{a=null, b=[1]}"),
        # The return values of Java's methods are rendered too.
        ("#set($list = [])$list.add('a') $list", "true [a]"),
        ("#set($map = {})[$map.put('a', 1)] [$map.put('a', 2)] $map", "[] [1] {a=2}"),
        ("#set($on = true)$on #set($same = 1 == 1)$same", "true true"),
    ],
)
def test_null(template: str, text: str) -> None:
    assert rendered(template) == text


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("#set($map = {})#set($map['a-b'] = 1)#set($map.c = 2)$map", "{a-b=1, c=2}"),
        ("#set($map = {'in': {}})#set($map.in[\"x\"] = 1)#set($map['in'].y = 2)$map", "{in={x=1, y=2}}"),
        ("#set($list = [1, 2])#set($list[1] = 3)$list", "[1, 3]"),
        ("#set($key = 'k')#set($map = {})#set($map[$key] = 'v')$map.k", "v"),
        ("#set(${brace} = 1)$brace", "1"),
    ],
)
def test_a_template_sets_by_field_and_by_index(template: str, text: str) -> None:
    assert rendered(template) == text


def test_the_body_is_an_empty_object_where_there_is_none() -> None:
    assert rendered("$input.body $input.path('$.x')", body="") == "{} "
    assert rendered("$input.body", body="text") == "text"


@pytest.mark.parametrize("template", ["#if($x", "$util.parseJson('{')", "$input.path('$..[?(@.a)]')"])
def test_a_template_that_fails_says_why(template: str) -> None:
    with pytest.raises(TemplateError, match=r"\w+: "):
        rendered(template)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$", {"a": [{"b": 1}, {"b": 2}], "c d": 3}),
        ("$.a[0].b", 1),
        ("$.a[-1].b", 2),
        ("$['c d']", 3),
        ("$.a[*].b", [1, 2]),
        ("$..b", [1, 2]),
        ("$.a[7]", MISSING),
        ("$.x.y", MISSING),
        ("a[1].b", 2),
    ],
)
def test_json_paths(path: str, value: Any) -> None:
    assert look_up({"a": [{"b": 1}, {"b": 2}], "c d": 3}, path) == value


def test_a_filter_is_refused_and_named() -> None:
    with pytest.raises(JsonPathError, match="not supported"):
        look_up({}, "$.a[?(@.b == 1)]")
