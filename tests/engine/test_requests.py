"""What the suite sends: boundary values, drafts, generated messages; the same seed asks the same questions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import count
from typing import Any

import hypothesis
import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from conformance.contract import Constraint, Member, Operation, load
from conformance.contract.members import locate
from conformance.contract.messages import Message
from conformance.evidence.exchange import Request
from conformance.evidence.findings import Inconclusive
from conformance.evidence.verdict import Verdict
from conformance.platforms.draft import ABSENT, Draft
from conformance.runner.execute import Outcome, execute
from conformance.suites import mutations
from conformance.suites.case import SkippedCell
from conformance.suites.context import Context
from conformance.suites.generic import constraints, drawn
from conformance.suites.generic.drawn import Drawn
from conformance.suites.machine import Lifecycle, run, step
from conformance.suites.mutations import Impossible, Value
from conformance.suites.property import Examples, profile
from conformance.suites.registry import suite
from conformance.suites.samples import make_unique, parameter_value, renamed, skeleton

from .fake import NO, PLATFORM, InProcess, a_case, answer, broken, context, environment, sent

CONTRACT = load(PLATFORM)
QUIET = hypothesis.settings(
    max_examples=25,
    database=None,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(hypothesis.HealthCheck),
)


# ---- mutations ---------------------------------------------------------------------------------------------------

BOUNDS: list[tuple[dict[str, Any], str, Any]] = [
    ({"type": "string", "minLength": 3}, "minLength", "abcd"),
    ({"type": "string", "maxLength": 5}, "maxLength", "abc"),
    ({"type": "string", "maxLength": 2}, "maxLength", None),
    ({"type": "integer", "minimum": 1}, "minimum", 5),
    ({"type": "integer", "maximum": 100}, "maximum", 5),
    ({"type": "array", "minItems": 1}, "minItems", ["a"]),
    ({"type": "array", "maxItems": 3}, "maxItems", ["a"]),
    ({"type": "array", "maxItems": 2}, "maxItems", None),
    ({"enum": ["a", "b"]}, "enum", "a"),
    ({"enum": [1, 2]}, "enum", 1),
]


def of(schema: dict[str, Any], keyword: str, name: str = "member") -> tuple[Member, Constraint]:
    path = tuple(name.split(":")) if ":" in name else (name,)
    return Member(name, path, schema, False), Constraint(name, keyword, schema[keyword])


@pytest.mark.parametrize(("schema", "keyword", "current"), BOUNDS, ids=lambda value: str(value)[:30])
def test_values_on_the_bound_are_valid_and_values_just_outside_are_not(
    schema: dict[str, Any], keyword: str, current: Any
) -> None:
    judge = Draft202012Validator(schema)
    inside = list(mutations.inside(*of(schema, keyword), current))
    outside = list(mutations.outside(*of(schema, keyword), current))
    assert inside
    assert outside
    for each in inside:
        assert judge.is_valid(each.value), each
    for value in outside:
        assert isinstance(value, Value)
        assert [error.validator for error in judge.iter_errors(value.value)] == [keyword]


@pytest.mark.parametrize("kinds", ["string", "integer", "number", "boolean", "array", "object", ["string", "null"]])
def test_a_wrong_type_is_of_none_of_the_types(kinds: Any) -> None:
    schema = {"type": kinds}
    (value,) = mutations.outside(*of(schema, "type"), None)
    assert isinstance(value, Value)
    assert not Draft202012Validator(schema).is_valid(value.value)


@pytest.mark.parametrize("place", ["query", "path", "header"])
def test_a_text_on_the_wire_has_no_wrong_type(place: str) -> None:
    (value,) = mutations.outside(*of({"type": "string"}, "type", f"{place}:name"), None)
    assert isinstance(value, Impossible)
    assert "on the wire" in value.reason.lower()
    (value,) = mutations.outside(*of({"type": "integer"}, "type", f"{place}:page"), None)
    assert value == Value("type", "not-a-number")


def test_a_list_of_every_type_has_no_wrong_type() -> None:
    kinds = ["string", "integer", "number", "boolean", "array", "object", "null"]
    (value,) = mutations.outside(*of({"type": kinds}, "type"), None)
    assert isinstance(value, Impossible)


@pytest.mark.parametrize(("keyword", "bound"), [("minLength", 0), ("minItems", 0)])
def test_nothing_is_shorter_than_nothing(keyword: str, bound: int) -> None:
    (value,) = mutations.outside(*of({keyword: bound}, keyword), None)
    assert isinstance(value, Impossible)


def test_a_required_member_is_left_out_and_a_part_of_the_path_is_not() -> None:
    (value,) = mutations.outside(Member("a", ("a",), {}, True), Constraint("a", "required", True), 1)
    assert value == Value("required", absent=True)
    (value,) = mutations.outside(Member("path:a", ("path", "a"), {}, True), Constraint("path:a", "required", True), 1)
    assert isinstance(value, Impossible)


def test_at_least_one_of_is_tried_with_each_alone_and_with_none() -> None:
    schema = {"anyOf": [{"required": ["a"]}, {"required": ["b", "c"]}]}
    current = {"a": 1, "b": 2, "c": 3, "d": 4}
    member, constraint = of(schema, "anyOf", "body")
    assert [(value.label, value.value) for value in mutations.inside(member, constraint, current)] == [
        ("anyOf/a", {"a": 1, "d": 4}),
        ("anyOf/b+c", {"b": 2, "c": 3, "d": 4}),
    ]
    assert list(mutations.outside(member, constraint, current)) == [Value("anyOf", {"d": 4})]


def test_a_keyword_without_a_violation_says_so() -> None:
    (value,) = mutations.outside(*of({"contentEncoding": "base64"}, "contentEncoding"), None)
    assert isinstance(value, Impossible)
    assert "contentEncoding" in value.reason


def test_what_another_reading_allows_breaks_nothing() -> None:
    either = Message("either", {"anyOf": [{"type": "string"}, {"type": "number"}]})
    assert not mutations.really_breaks(either, 5)
    assert mutations.really_breaks(either, [])


# ---- drafts ------------------------------------------------------------------------------------------------------


def a_draft(subject: str, *, full: bool = False) -> Draft:
    return skeleton(CONTRACT.operations[subject], full=full)


@pytest.mark.parametrize("subject", CONTRACT.operations)
@pytest.mark.parametrize("full", [False, True], ids=["minimal", "maximal"])
def test_the_sample_of_every_operation_is_valid(subject: str, full: bool) -> None:
    draft = a_draft(subject, full=full)
    operation = draft.operation
    if operation.request is None:
        assert draft.body is ABSENT
        assert draft.bytes() is None
    else:
        assert operation.request.is_valid(draft.body)
    for parameter in operation.parameters:
        value = {"path": draft.path, "query": draft.query, "header": draft.headers}[parameter.location]
        if parameter.name in value:
            assert Draft202012Validator(parameter.schema).is_valid(value[parameter.name])
        else:
            assert not parameter.required


def test_members_are_set_read_and_removed_by_their_paths() -> None:
    draft = a_draft("device-create", full=True)
    draft.set(("tags", "site"), "x")
    assert draft.get(("tags", "site")) == "x"
    draft.remove(("tags",))
    assert "tags" not in draft.body
    assert draft.get(("tags",)) is None
    draft.set(("new", "inner"), 1)
    assert draft.body["new"] == {"inner": 1}
    draft.remove(())
    assert draft.body is ABSENT
    draft.set((), None)
    assert draft.bytes() == b"null"


def test_elements_of_lists_and_values_of_maps_are_reached() -> None:
    draft = a_draft("attributes-remove", full=True)
    draft.set(("keys", "[]"), 5)
    assert draft.body["keys"][0] == 5
    draft.remove(("keys", "[]"))
    assert len(draft.body["keys"]) == 1
    draft = a_draft("device-tags-update", full=True)
    draft.set(("tags", "{}"), 7)
    assert next(iter(draft.body["tags"].values())) == 7


def test_a_copy_is_independent() -> None:
    draft = a_draft("device-create", full=True)
    other = draft.copy()
    other.set(("tags", "site"), "other")
    other.query["a"] = 1
    assert draft.get(("tags", "site")) == "hall-1"
    assert draft.query == {}
    assert other.operation is draft.operation


def test_path_and_query_are_encoded() -> None:
    draft = a_draft("device-read")
    draft.path["device_id"] = "a/b?c #%é"
    draft.query = {"page": 2, "all": True, "none": None, "text": "a b&c=名"}
    assert draft.target() == (
        "/api/v1/device/a%2Fb%3Fc%20%23%25%C3%A9?page=2&all=true&text=a+b%26c%3D%E5%90%8D"
        if CONTRACT.operations["device-read"].path == "/api/v1/device/{device_id}"
        else draft.target()
    )
    assert re.fullmatch(r"[!-~]+", draft.target())
    assert "a%2Fb%3Fc%20%23%25%C3%A9" in draft.target()
    assert draft.target().endswith("?page=2&all=true&text=a+b%26c%3D%E5%90%8D")


def test_exact_bytes_go_out_as_they_are_and_odd_texts_can_be_sent() -> None:
    draft = a_draft("device-create")
    draft.payload = b'{"name": '
    assert draft.bytes() == b'{"name": '
    draft = a_draft("device-create")
    draft.body = {"name": "\ud800\U0001f600"}
    assert draft.bytes() == b'{"name":"\xed\xa0\x80\xf0\x9f\x98\x80"}'


def test_unique_members_get_fresh_names_of_the_run() -> None:
    names = iter(f"conf-x-{number}" for number in range(9))
    draft = a_draft("device-create", full=True)
    make_unique(draft, lambda: next(names))
    assert (draft.body["name"], draft.body["device_key"]) in {("conf-x-0", "confx1"), ("conf-x-1", "confx0")}
    make_unique(draft, lambda: next(names))
    assert draft.body["name"] in {"conf-x-2", "conf-x-3"}


@pytest.mark.parametrize("platform", ["thingscloud", "living", "huawei", "neuroncloud"])
@pytest.mark.parametrize("prefix", ["conf-f792ea-", "the tester's own prefix, a long one: "])
def test_fresh_texts_are_such_as_a_person_sends_and_differ(platform: str, prefix: str) -> None:
    """They keep to `x-plausible` where the contract has one, however the run's prefix reads."""
    numbers = count(1)
    for operation in load(platform).operations.values():
        members = operation.request.annotated("x-unique") if operation.request else ()
        drafts = [skeleton(operation, full=True) for _ in range(5)]
        for draft in drafts:
            make_unique(draft, lambda: f"{prefix}{next(numbers)}")
        for member in members:
            made = [value for draft in drafts for value in locate(draft.body, member.path) if isinstance(value, str)]
            pattern = "" if isinstance(member.schema["x-unique"], str) else member.schema.get("x-plausible", "")
            assert [each for each in made if not re.search(pattern, each)] == [], (operation.subject, member.name)
            assert len(made) == len(set(made)), (operation.subject, member.name)


def test_names_of_the_tester_replace_the_examples_everywhere() -> None:
    assert renamed({"t": 1, "k": ["t", "u"], "n": {"t": "t"}}, {"t": "T"}) == {"T": 1, "k": ["T", "u"], "n": {"T": "T"}}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"examples": [7], "enum": [1]}, 7),
        ({"enum": ["x", "y"]}, "x"),
        ({"default": 20, "minimum": 1}, 20),
        ({"minimum": 3}, 3),
        ({"type": "integer"}, 1),
        ({"type": ["boolean", "null"]}, True),
        ({}, "conformance"),
    ],
)
def test_a_parameter_has_a_valid_value(schema: dict[str, Any], value: Any) -> None:
    assert parameter_value(schema) == value


# ---- drawn messages ----------------------------------------------------------------------------------------------

WITH_BODY = [each for each in CONTRACT.operations.values() if each.request is not None]


@pytest.mark.parametrize("operation", WITH_BODY, ids=lambda operation: operation.subject)
def test_plausible_messages_are_valid_and_such_as_a_person_sends(operation: Operation) -> None:
    seen: list[Any] = []

    @QUIET
    @given(drawn.strategy(operation, valid=True, keys=context(answer()).keys(operation)))
    def draw(message: Drawn) -> None:
        seen.append(message.body)
        assert operation.request is not None
        assert operation.request.is_valid(message.body)
        for text in _texts(message.body):
            assert text == text.strip()
            assert text.isprintable()
            assert len(text) <= 64

    draw()
    assert seen


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for child in value.values():
            yield from _texts(child)
    elif isinstance(value, list):
        for child in value:
            yield from _texts(child)


def test_invalid_messages_are_mostly_invalid_and_always_sendable() -> None:
    operation = CONTRACT.operations["device-create"]
    request = operation.request
    assert request is not None
    verdicts: list[bool] = []

    @QUIET
    @given(drawn.strategy(operation, valid=False))
    def draw(message: Drawn) -> None:
        draft = message.on(skeleton(operation, full=True))
        draft.bytes()
        assert draft.target().startswith("/")
        if draft.payload is None and draft.body is not ABSENT:
            verdicts.append(request.is_valid(draft.body))

    draw()
    assert verdicts.count(False) > verdicts.count(True)


def test_coverage_tries_both_sides_of_the_schema() -> None:
    request = CONTRACT.operations["device-create"].request
    assert request is not None
    bodies = [each.body for each in drawn.coverage(CONTRACT.operations["device-create"]) if each.body is not ABSENT]
    judged = {request.is_valid(body) for body in bodies if not isinstance(body, bytes)}
    assert judged == {True, False}


def test_a_drawn_message_keeps_path_and_headers_of_its_base() -> None:
    base = a_draft("device-info-update", full=True)
    base.headers["X"] = "1"
    draft = Drawn({"a": 1}, {"q": "2"}).on(base)
    assert (draft.path, draft.headers, draft.body, draft.query) == (base.path, {"X": "1"}, {"a": 1}, {"q": "2"})
    assert Drawn(b"\xff").on(base).bytes() == b"\xff"


# ---- seeds -------------------------------------------------------------------------------------------------------

SEEDED = (
    "device-create/generated/valid",
    "device-create/generated/invalid",
    "customer-create/generated/valid",
    "device-tags-update/generated/valid",
)


def requests(cases: tuple[str, ...], seed: int = 0) -> dict[str, list[Request]]:
    """Run cases against a fresh platform; return what each sent, less names and ids that the run and platform chose."""
    platform = InProcess()
    world = platform.environment(pixit={**platform.pixit, "examples": 12})
    world.seed = seed
    by_id = {case.id: case for case in suite(PLATFORM).cases}
    found: dict[str, list[Request]] = {}
    for identity in cases:
        start = len(sent(world))
        outcome = execute(world, by_id[f"{PLATFORM}/{identity}"])
        assert outcome.verdict is Verdict.PASS, outcome
        found[identity] = [_plain(each) for each in sent(world)[start:] if not each.url.endswith("/access_token")]
    return found


def _plain(request: Request) -> Request:
    url = re.sub(r"/(device|customer)/[^/?]+", r"/\1/ID", request.url)
    fresh = rb"conf-?test-?(unnamed-)?[0-9]+|138[0-9]{8}"
    body = re.sub(fresh, b"NAME", request.body) if request.body is not None else None
    return Request(request.method, url, (), body)


def test_the_same_seed_sends_the_same_requests() -> None:
    assert requests(SEEDED) == requests(SEEDED)


def test_another_order_sends_the_same_requests() -> None:
    assert requests(SEEDED[::-1]) == requests(SEEDED)


def test_a_case_alone_sends_what_it_sends_in_a_run() -> None:
    assert requests(SEEDED[1:2])[SEEDED[1]] == requests(SEEDED)[SEEDED[1]]


def test_another_seed_sends_other_requests() -> None:
    first, second = requests(SEEDED[:2], 0), requests(SEEDED[:2], 1)
    assert all(first[identity] != second[identity] for identity in first)


def test_the_seed_of_a_case_comes_from_its_id_and_the_seed_of_the_run() -> None:
    def seed_of(identity: str, seed: int) -> int:
        world = environment()
        world.seed = seed
        return Context(world, a_case(lambda _: None, identity)).seed

    assert seed_of("p/a/x", 0) == seed_of("p/a/x", 0)
    assert len({seed_of(identity, seed) for identity in ("p/a/x", "p/a/y") for seed in (0, 1, 10)}) == 6


# ---- property tests as cases -------------------------------------------------------------------------------------


def property_case(judge: Any, *, live: bool = False) -> tuple[Outcome, list[int]]:
    """Run a property over integers; return its outcome and the integers tried."""
    tried: list[int] = []

    def body(context: Context) -> None:
        examples = Examples(context)

        def one(number: int) -> None:
            tried.append(number)
            judge(context, number)

        @hypothesis.seed(context.seed)
        @profile(context)
        @given(hypothesis.strategies.integers(0, 10_000))
        def test(number: int) -> None:
            examples.judge(lambda: one(number))

        examples.conclude(test)

    given_url: dict[str, Any] = {"url": "http://platform.invalid"} if live else {}
    return execute(environment(answer(), **given_url), a_case(body)), tried


def below(limit: int) -> Any:
    return lambda context, number: context.check("project/success", number < limit, expected="less", actual=number)


def test_a_property_that_holds_passes_with_fifty_examples() -> None:
    outcome, tried = property_case(below(20_000))
    assert outcome.verdict is Verdict.PASS
    assert len(tried) == 50
    assert len(outcome.findings) == 1


def test_a_property_that_breaks_reports_the_smallest_example_alone() -> None:
    outcome, _ = property_case(below(100))
    assert outcome.verdict is Verdict.FAIL
    assert [finding.actual for finding in outcome.broken] == ["100"]


def test_against_a_live_system_few_examples_are_sent_and_none_is_shrunk() -> None:
    outcome, tried = property_case(below(20_000), live=True)
    assert (outcome.verdict, len(tried)) == (Verdict.PASS, 5)
    outcome, tried = property_case(below(-1), live=True)
    assert outcome.verdict is Verdict.FAIL
    assert len(tried) <= 2


def test_an_answer_that_changes_is_inconclusive_and_names_both() -> None:
    count = iter(range(1, 10**6))

    def moody(context: Context, number: int) -> None:
        context.check("project/success", next(count) != 3, expected="yes", actual="no")

    outcome, _ = property_case(moody)
    assert outcome.verdict is Verdict.INCONCLUSIVE
    assert "answers differently to the same request" in outcome.reason
    assert "thingscloud/project/success broke with no and held when repeated" in outcome.reason


def test_a_preamble_that_fails_stops_the_property_at_once() -> None:
    tried = []

    def gone(context: Context, number: int) -> None:
        tried.append(number)
        raise Inconclusive("no device")

    outcome, _ = property_case(gone)
    assert (outcome.verdict, outcome.reason, len(tried)) == (Verdict.INCONCLUSIVE, "no device", 1)


def test_a_defect_inside_an_example_is_an_error_of_the_suite() -> None:
    outcome, _ = property_case(lambda context, number: 1 // 0)
    assert outcome.verdict is Verdict.ERROR
    assert "ZeroDivisionError" in outcome.reason


def test_the_exchange_that_broke_is_kept_past_the_limit_of_the_case(tmp_path: Any) -> None:
    from conformance.evidence.recorder import RECORDS_PER_CASE
    from conformance.evidence.results import read_evidence

    def body(context: Context) -> None:
        for _ in range(RECORDS_PER_CASE + 3):
            seen = context.exchange(Request("GET", "http://platform.invalid/x"))
        context.check("project/success", False, expected="yes", actual="no", answer=seen)

    world = environment(answer(NO), out=tmp_path)
    outcome = execute(world, a_case(body))
    world.recorder.close()
    world.journal.close()
    kept = [record["id"] for record in read_evidence(tmp_path / "evidence.ndjson")]
    assert outcome.findings[0].exchange in kept
    assert outcome.findings[0].exchange in outcome.exchanges


# ---- model machines ----------------------------------------------------------------------------------------------


def machine_case(limit: int) -> Outcome:
    class Counter(Lifecycle):
        def __init__(self) -> None:
            super().__init__()
            self.count = 0

        @step()
        def up(self) -> None:
            self.count += 1
            self.context.check("project/success", self.count < limit, expected="less", actual=self.count)

        @step()
        def down(self) -> None:
            self.count -= 1

    return execute(environment(answer()), a_case(lambda context: run(context, Counter)))


def test_a_machine_that_holds_passes() -> None:
    assert machine_case(1000).verdict is Verdict.PASS


def test_a_machine_that_breaks_fails_with_the_step_that_broke() -> None:
    outcome = machine_case(2)
    assert outcome.verdict is Verdict.FAIL
    assert {finding.requirement.id for finding in outcome.broken} == {"thingscloud/project/success"}
    assert {finding.actual for finding in outcome.broken} == {"2"}


# ---- hygiene of a single case ------------------------------------------------------------------------------------


def test_three_transport_failures_and_nobody_listening_end_the_run() -> None:
    world = environment(broken("refused"))
    world.alive = lambda: False  # type: ignore[method-assign]
    body = lambda context: [context.exchange(Request("GET", "http://h")) for _ in range(9)]  # noqa: E731
    outcome = execute(world, a_case(body, "p/first/x"))  # type: ignore[arg-type]
    assert (outcome.verdict, outcome.reason) == (Verdict.INCONCLUSIVE, "IUT gone since p/first/x")
    assert len(sent(world)) == 3
    outcome = execute(world, a_case(body, "p/second/x"))  # type: ignore[arg-type]
    assert (outcome.verdict, outcome.reason) == (Verdict.INCONCLUSIVE, "IUT gone since p/first/x")
    assert len(sent(world)) == 3


def test_an_answer_in_between_forgives_transport_failures() -> None:
    kinds = iter([broken(), broken(), answer(), broken(), broken(), answer()] * 3)
    world = environment(lambda request: next(kinds))
    world.alive = lambda: False  # type: ignore[method-assign]

    def body(context: Context) -> None:
        for _ in range(12):
            context.exchange(Request("GET", "http://h"))
        context.check("project/success", True)

    assert execute(world, a_case(body)).verdict is Verdict.PASS


def test_a_used_up_budget_still_cleans_up() -> None:
    platform = InProcess()
    world = platform.environment()
    world.budget.max_calls = 2  # sign in, create

    def body(context: Context) -> None:
        context.make("device")
        context.succeed("project")

    outcome = execute(world, a_case(body))
    assert outcome.verdict is Verdict.INCONCLUSIVE
    assert "--max-calls" in outcome.reason
    assert [request.method for request in sent(world)] == ["POST", "POST", "DELETE"]
    assert world.budget.calls == 2


def test_time_that_is_used_up_ends_judging() -> None:
    world = InProcess().environment()
    world.budget.max_time_s = 0.5
    world.budget.started -= 1
    outcome = execute(world, a_case(lambda context: context.succeed("project")))
    assert outcome.verdict is Verdict.INCONCLUSIVE
    assert "--max-time" in outcome.reason
    assert sent(world) == []


def test_the_platform_is_as_before_after_every_case_that_makes_something() -> None:
    platform = InProcess()
    world = platform.environment()

    def names() -> set[str]:
        listed = execute_and_return(world, "customer-list")
        return {item["id"] for item in listed["info"]["items"]}

    before = names()
    for case in suite(PLATFORM).cases:
        if case.subject in {"customer-create", "customer-delete"} and "generated" not in case.id:
            execute(world, case)
            assert names() == before, case.id


def execute_and_return(world: Any, subject: str) -> Any:
    found: list[Any] = []

    def body(context: Context) -> None:
        found.append(context.succeed(subject).json)

    execute(world, a_case(body))
    return json.loads(json.dumps(found[0]))


def test_two_operations_on_one_path_are_told_apart_by_a_header_and_not_on_the_wire() -> None:
    contract = load("neuroncloud")
    operation = contract.operations["dataset-query"]
    assert Draft(operation).target() == contract.operations["point-history"].path
    cells = {each.cell: each.reason for each in constraints.cells(contract, operation) if isinstance(each, SkippedCell)}
    omitted = "neuroncloud/dataset-query/omitted/header:X-Param-ProjectId"
    assert cells[omitted] == "without it the call is point-history, which has the same address"


def test_headers_that_carry_credentials_are_the_drivers_business() -> None:
    operation = load("neuroncloud").operations["device-list"]
    assert any(parameter.schema.get("x-credential") for parameter in operation.parameters)
    assert skeleton(operation, full=True).headers == {}
