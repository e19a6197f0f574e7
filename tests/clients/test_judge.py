"""The judge by itself: what it blames and, above all, what it does not."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from conformance.contract import Operation, load, platforms
from conformance.contract.members import DROP, altered, present
from conformance.contract.records import FORM, Level
from conformance.evidence.exchange import Request
from conformance.evidence.overheard import Overheard
from conformance.evidence.verdict import Verdict
from conformance.runner.execute import Outcome
from conformance.runner.trial import Trial
from conformance.suites.client.environment import ClientEnvironment
from tests.clients.listening import Ended, Pass, environment, outcomes, overheard

HUAWEI = {"app_id": "APPID", "secret": "SECRET"}
LOGIN, REFRESH, LIST = "/iocm/app/sec/v1.1.0/login", "/iocm/app/sec/v1.1.0/refreshToken", "/iocm/app/dm/v1.4.0/devices"
QUERY = f"{LIST}/dev-1"
WELL, BADLY = Ended(0, ""), Ended(1, "")


def login(number: int, token: str, at: float, took: float = 0.01) -> Overheard:
    answer = {"accessToken": token, "refreshToken": f"ref-{token}", "expiresIn": 3600, "tokenType": "Bearer"}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    body = b"appId=APPID&secret=SECRET"
    return overheard(number, "POST", LOGIN, headers=headers, body=body, answer=answer, at=at, took=took)


def refresh(number: int, former: str, token: str, at: float) -> Overheard:
    body = {"appId": "APPID", "secret": "SECRET", "refreshToken": f"ref-{former}"}
    answer = {"accessToken": token, "refreshToken": f"ref-{token}", "expiresIn": 3600, "tokenType": "Bearer"}
    headers = {"Content-Type": "application/json; charset=UTF-8"}
    return overheard(number, "POST", REFRESH, headers=headers, body=body, answer=answer, at=at)


def query(number: int, token: str, at: float, target: str = QUERY, **more: Any) -> Overheard:
    headers = {"APP_KEY": "APPID", "authorization": f"bearer {token}"}
    return overheard(number, "GET", target, headers=headers, answer={}, at=at, **more)


def judged(*calls: Overheard, ended: Ended | None = None, **options: Any) -> dict[str, Outcome]:
    return outcomes(environment("huawei", [Pass((), calls, ended)], HUAWEI, **options))


def broken(found: dict[str, Outcome]) -> set[str]:
    return {finding.requirement.id.partition("/")[2] for each in found.values() for finding in each.broken}


def of_provocation(name: str, *calls: Overheard, ended: Ended | None = WELL, plainly: Ended | None = WELL) -> Outcome:
    first = Pass((), (login(1, "a", 1), query(2, "a", 2)), plainly)
    return outcomes(environment("huawei", [first, Pass((name,), calls, ended)], HUAWEI))[f"provoked/{name}"]


# What is right


def test_scheme_header_names_and_empty_parameters_may_be_written_as_clients_do() -> None:
    found = judged(login(1, "a", 1), query(2, "a", 2, f"{LIST}?&pageNo=0&pageSize=10"))
    assert {each.verdict for each in found.values()} == {Verdict.PASS}


def test_former_token_may_serve_after_a_refresh() -> None:
    assert broken(judged(login(1, "a", 1), refresh(2, "a", "b", 2), query(3, "a", 3))) == set()


def test_token_of_an_earlier_pass_may_be_used_again() -> None:
    passes = [Pass((), (login(1, "a", 1), query(2, "a", 2)), WELL), Pass(("other-form",), (query(3, "a", 3),), WELL)]
    assert broken(outcomes(environment("huawei", passes, HUAWEI))) == set()


def test_call_that_was_under_way_when_the_token_ended_is_not_blamed() -> None:
    assert broken(judged(login(1, "a", 1), login(2, "b", 2, took=0.5), query(3, "a", 2.2))) == set()


def test_call_that_comes_just_after_the_token_ended_may_have_been_under_way() -> None:
    calls = (login(1, "a", 1), login(2, "b", 2, took=0.5), query(3, "a", 3.4))
    assert broken(judged(*calls)) == set()
    assert broken(judged(*calls, pixit={"grace_s": 0.5})) == {"1.6.1/call/credentials"}


def test_token_of_a_former_run_is_a_warning_where_a_sign_in_follows() -> None:
    found = judged(query(1, "kept", 1), login(2, "a", 2), query(3, "a", 3))
    assert found["device-query/credentials"].verdict is Verdict.WARN
    assert {each.verdict for name, each in found.items() if name != "device-query/credentials"} == {Verdict.PASS}
    assert judged(query(1, "kept", 1))["device-query/credentials"].verdict is Verdict.FAIL
    late = judged(login(1, "a", 1), query(2, "kept", 2), login(3, "b", 3))
    assert late["device-query/credentials"].verdict is Verdict.FAIL


def test_operation_whose_every_part_is_optional_may_be_called_bare() -> None:
    bearer = {"Authorization": "Bearer t"}
    calls = [
        overheard(1, "POST", "/api/v1/access_token", headers={"Content-Type": "application/json"}, at=1,
                  body={"app_id": "A", "access_key": "B", "secret_key": "C"},
                  answer={"result": True, "info": {"access_token": "t"}}),
        overheard(2, "GET", "/api/v1/devices", headers=bearer, answer={"result": True, "info": {}}, at=2),
    ]  # fmt: skip
    judge = environment("thingscloud", [Pass((), tuple(calls))], {"app_id": "A", "access_key": "B", "secret_key": "C"})
    found = outcomes(judge)
    assert {each.verdict for each in found.values()} == {Verdict.PASS}
    assert "device-list/request" not in found
    case = next(each for each in cases(judge) if each.id.endswith("client/device-list/request"))
    assert judge.unclaimed(case) == "the client sent nothing that it is about"


def cases(judge: ClientEnvironment) -> Iterator[Any]:
    from conformance.suites.client import cells

    return (each for each in cells(judge.contract) if hasattr(each, "requirements"))


# What is wrong


def test_token_that_a_later_sign_in_ended_is_blamed() -> None:
    assert broken(judged(login(1, "a", 1), login(2, "b", 2), query(3, "a", 3.1))) == {"1.6.1/call/credentials"}


def test_sign_in_during_another_is_concurrent_and_one_after_it_is_not() -> None:
    assert broken(judged(login(1, "a", 1, took=1), login(2, "b", 1.5))) == {"1.4.1/not-concurrent"}
    assert broken(judged(login(1, "a", 1, took=0.4), login(2, "b", 1.5))) == set()


def test_token_is_used_within_its_life() -> None:
    assert broken(judged(login(1, "a", 1), query(2, "a", 3000))) == set()
    found = judged(login(1, "a", 1), query(2, "a", 3700))
    assert broken(found) == {"client/token-life"}
    assert found["any/token-life"].verdict is Verdict.WARN


def test_secret_of_the_answers_stands_in_no_address() -> None:
    found = judged(login(1, "secret-token", 1), query(2, "secret-token", 2, f"{QUERY}?appId=secret%2Dtoken"))
    assert broken(found) == {"client/secrets-in-address"}


# What was not called, and what was claimed


def test_claimed_operation_that_was_never_called_is_inconclusive() -> None:
    found = judged(login(1, "a", 1), operations=["login", "device-list"])
    assert found["device-list/request"].verdict is Verdict.INCONCLUSIVE
    assert found["device-list/request"].reason == "pics.operations claims device-list, and the client never called it"
    assert "device-query/request" not in found


def test_client_that_calls_nothing_leaves_everything_open() -> None:
    found = judged(ended=WELL)
    assert {each.verdict for key, each in found.items() if key != "any/ends"} == {Verdict.INCONCLUSIVE}


def test_program_that_ends_badly_leaves_the_rest_open() -> None:
    found = judged(login(1, "a", 1), ended=Ended(3, "; it printed: no route"))
    assert found["any/ends"].verdict is Verdict.INCONCLUSIVE
    assert "status 3; it printed: no route" in found["any/ends"].reason


# Provocations


def test_calls_under_way_in_other_threads_may_still_show_the_refused_token() -> None:
    refused = query(2, "a", 2, provoked="expired-token")
    calls = (login(1, "a", 1), refused, query(3, "a", 2.1), query(4, "a", 2.2), login(5, "b", 3), query(6, "b", 4))
    assert of_provocation("expired-token", *calls).verdict is Verdict.PASS


def test_parallel_calls_that_are_refused_while_a_sign_in_is_under_way_are_no_stubbornness() -> None:
    refused = query(2, "a", 2, provoked="expired-token")
    parallel = [query(number, "a", 2.1 + number / 100) for number in range(3, 13)]
    calls = (login(1, "a", 1), refused, *parallel, login(20, "b", 2.05, took=0.5), query(21, "b", 3))
    assert of_provocation("expired-token", *calls).verdict is Verdict.PASS


def test_client_that_uses_the_new_token_once_and_goes_on_with_the_refused_one_fails() -> None:
    refused = query(2, "a", 2, provoked="expired-token")
    stubborn = [query(number, "a", float(number)) for number in range(10, 14)]
    outcome = of_provocation("expired-token", login(1, "a", 1), refused, login(3, "b", 3), query(4, "b", 4), *stubborn)
    assert outcome.verdict is Verdict.FAIL
    assert "4 more calls with the refused token after a new one was given" in outcome.broken[0].actual


def test_refresh_is_as_good_as_a_sign_in() -> None:
    refused = query(2, "a", 2, provoked="expired-token")
    calls = (login(1, "a", 1), refused, refresh(3, "a", "b", 3), query(4, "b", 4))
    assert of_provocation("expired-token", *calls).verdict is Verdict.PASS


@pytest.mark.parametrize(
    "later",
    [(), (query(3, "a", 3),), (login(3, "b", 3),), tuple(query(n, "a", n) for n in range(3, 9))],
    ids=["ends", "repeats", "only-signs-in", "goes-on"],
)
def test_client_that_does_not_go_on_with_a_new_token_fails(later: tuple[Overheard, ...]) -> None:
    outcome = of_provocation("expired-token", login(1, "a", 1), query(2, "a", 2, provoked="expired-token"), *later)
    assert outcome.verdict is Verdict.FAIL


def test_client_that_uses_no_token_twice_cannot_be_tried() -> None:
    assert of_provocation("expired-token", login(1, "a", 1), query(2, "a", 2)).verdict is Verdict.INCONCLUSIVE


def test_repetition_after_a_pause_is_right_and_another_call_at_once_is_none() -> None:
    refused = query(2, "a", 2, took=0.0, provoked="throttle")
    assert of_provocation("throttle", login(1, "a", 1), refused, query(3, "a", 2.3)).verdict is Verdict.PASS
    other = query(3, "a", 2.01, f"{LIST}/dev-2")
    assert of_provocation("throttle", login(1, "a", 1), refused, other).verdict is Verdict.PASS
    assert of_provocation("throttle", login(1, "a", 1), refused, query(3, "a", 2.01)).verdict is Verdict.WARN


@pytest.mark.parametrize(("body", "verdict"), [({"name": "one"}, Verdict.WARN), ({"name": "two"}, Verdict.PASS)])
def test_call_with_another_body_is_no_repetition(body: Any, verdict: Verdict) -> None:
    def modify(number: int, sent: Any, at: float, provoked: str = "") -> Overheard:
        headers = {"app_key": "APPID", "Authorization": "Bearer a", "Content-Type": "application/json"}
        return overheard(number, "PUT", QUERY, headers=headers, body=sent, at=at, took=0.0, provoked=provoked)

    refused = modify(2, {"name": "one"}, 2, "throttle")
    outcome = of_provocation("throttle", login(1, "a", 1), refused, modify(3, body, 2.01))
    assert outcome.verdict is verdict


def test_new_members_are_blamed_only_where_the_client_ends_well_without_them() -> None:
    calls = (login(1, "a", 1), query(2, "a", 2))
    assert of_provocation("unknown-members", *calls).verdict is Verdict.PASS
    assert of_provocation("unknown-members", *calls, ended=BADLY).verdict is Verdict.FAIL
    assert of_provocation("unknown-members", *calls, ended=BADLY, plainly=BADLY).verdict is Verdict.INCONCLUSIVE
    assert of_provocation("unknown-members", calls[0]).verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("name", ["unknown-members", "other-form"])
def test_how_a_client_of_somebody_else_takes_an_answer_is_left_open(name: str) -> None:
    calls = (login(1, "a", 1), query(2, "a", 2))
    outcome = outcomes(environment("huawei", [Pass((name,), calls)], HUAWEI))[f"provoked/{name}"]
    assert outcome.verdict is Verdict.INCONCLUSIVE
    assert "did not start the client" in outcome.reason


def test_client_of_somebody_else_is_judged_by_the_calls_that_follow_a_refusal() -> None:
    def alone(name: str, *calls: Overheard) -> Outcome:
        return outcomes(environment("huawei", [Pass((name,), calls)], HUAWEI))[f"provoked/{name}"]

    refused = query(2, "a", 2, took=0.0, provoked="throttle")
    assert alone("throttle", login(1, "a", 1), refused, query(3, "a", 2.01)).verdict is Verdict.WARN
    expired = query(2, "a", 2, provoked="expired-token")
    assert alone("expired-token", login(1, "a", 1), expired, login(3, "b", 3), query(4, "b", 4)).verdict is Verdict.PASS
    assert alone("expired-token", login(1, "a", 1), expired, query(3, "a", 3)).verdict is Verdict.FAIL


# Every documented message, and every member that it must have


def documented(platform: str) -> Iterator[tuple[Operation, Any]]:
    for operation in load(platform).operations.values():
        if operation.request is not None:
            for example in operation.request.examples:
                yield operation, copy.deepcopy(example)


def observed(judge: ClientEnvironment, operation: Operation, body: Any) -> set[str]:
    form = operation.media_type == FORM
    content = "&".join(f"{name}={value}" for name, value in body.items()).encode() if form else body
    path = operation.path.partition("#")[0].replace("{interface}", "query")
    headers = {each.name: "x" for each in operation.parameters if each.location == "header"}
    call = overheard(1, operation.method, path, headers=headers, body=content)
    heard = judge.understanding.of(call)
    if heard.operation is not operation:
        assert operation.path.startswith("/{interface}")
        return set()
    return {each.requirement for each in judge.judge.message(heard) if not each.holds}


@pytest.mark.parametrize("platform", platforms())
def test_documented_examples_are_blamed_for_nothing_and_each_missing_member_by_its_statement(platform: str) -> None:
    given = {"pid": "P", "plain_pid": "Q", "secret_key": "12345678", "des_key": "12345678"}
    judge = environment(platform, [], given)
    tried = 0
    for operation, example in documented(platform):
        assert operation.request is not None
        assert observed(judge, operation, example) == set(), operation.subject
        for member in operation.request.members:
            if not (member.required and present(example, member.path)) or member.path[-1] == "pId":
                continue
            less = altered(example, member.path, lambda _: DROP)
            tried += 1
            if member.is_open:
                assert observed(judge, operation, less) == set(), (operation.subject, member.name)
            elif not operation.path.startswith("/{interface}"):
                identity = operation.requirement(f"call/{member.name}/required")
                assert identity in observed(judge, operation, less), identity
    assert tried


@pytest.mark.parametrize("platform", platforms())
def test_what_the_contract_does_not_judge_is_no_must_and_what_an_erratum_leaves_open_is_no_statement(
    platform: str,
) -> None:
    contract = load(platform)
    for operation in contract.operations.values():
        for member in operation.request_members:
            found = [
                contract.requirements.get(operation.requirement(f"call/{constraint.key}"))
                for constraint in member.constraints
            ]
            if member.is_open:
                assert set(found) <= {None}, (operation.subject, member.name)
            else:
                level = Level.SHOULD if member.annotation("x-unjudged") else Level.MUST
                assert {each.level for each in found if each} <= {level}, (operation.subject, member.name)
                assert None not in found, (operation.subject, member.name)


@pytest.mark.parametrize(
    ("target", "statement"),
    [
        ("/iocm/app/data/v1.2.0/deviceDataHistory?deviceId=dev-1", None),
        ("/iocm/app/data/v1.2.0/deviceDataHistory?gatewayId=dev-1", None),
        ("/iocm/app/data/v1.2.0/deviceDataHistory?deviceId=dev-1&pageSize=2001", "1.6.3/call/query:pageSize/maximum"),
    ],
)
def test_history_may_be_asked_by_one_id_and_is_held_to_the_rest(target: str, statement: str | None) -> None:
    assert broken(judged(login(1, "a", 1), query(2, "a", 2, target))) == ({statement} if statement else set())


@pytest.mark.parametrize("left", [(), ("id",), ("version",), ("id", "version")], ids="-".join)
def test_living_call_needs_neither_id_nor_version(left: tuple[str, ...]) -> None:
    operation = load("living").operations["product-read"]
    assert operation.request is not None
    whole = copy.deepcopy(operation.request.full)
    body = {name: value for name, value in whole.items() if name not in left}
    judge = environment("living", [], {})
    assert observed(judge, operation, body) == set()
    assert observed(judge, operation, {**body, "id": [7], "version": 1}) == set()
    assert observed(judge, operation, {**body, "params": 7}) == {"living/product-read/call/params/type"}


# Whatever a client sends

ODD_BODIES = (
    b"", b"null", b"[]", b'"x"', b"7", b"{}", b"{", b"\xff\xfe", b"[" * 200, b'{"pId": []}', b'{"request": [], "params": null}',
    b'{"body": {}, "sign": {}, "pId": {}, "timeStamp": []}', b'{"appId": {}, "secret": [], "refreshToken": {}}', b"a=b&&=",
    b'{"id": 1e400}', b'{"name": "\\ud800"}',
)  # fmt: skip
ODD_TARGETS = ("/", "//", "/%zz", "/?%ff=%", "*", "/x?y=1&y=2&=", "/é".encode().decode("latin-1"))
ODD_HEADERS = {"Authorization": "Bearer", "app_key": "", "X-Source-SecretKey": "\xe9", "X-Ca-Signature": "?"}


@pytest.mark.parametrize("platform", platforms())
def test_odd_calls_are_judged_and_break_nothing(platform: str) -> None:
    trial = Trial(platform, gateway=platform == "living")
    contract = load(platform)
    addresses = [(each.method, each.path.partition("#")[0]) for each in list(contract.operations.values())[:4]]
    for method, path in (*addresses, *(("POST", each) for each in ODD_TARGETS), ("BREW", "/")):
        for body in ODD_BODIES:
            trial.serve(Request(method, trial.url + path, tuple(ODD_HEADERS.items()), body or None))
    found = trial.outcomes()
    assert [(each.case.id, each.reason) for each in found if each.verdict is Verdict.ERROR] == []
    assert any(each.verdict is Verdict.FAIL for each in found)
