"""No secret leaves the redactor and the recorder, in whatever spelling and however it is cut."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from typing import Any

import pytest

from conformance.contract.messages import shorten
from conformance.evidence.exchange import Answer, Failure, Request
from conformance.evidence.recorder import BYTES_PER_CASE, HEAD, RECORDS_PER_CASE, Recorder
from conformance.evidence.redaction import PASSING, Redactor
from conformance.evidence.results import read_evidence

from .canary import found, spellings

SECRETS = {
    "plain": "Zq7canaryTOKEN0123456789abcdef",
    "with slashes": "ab/cd+ef/gh==ij/klCANARY/mn+op",
    "with everything": "pa\"ss\\wo'rd&<gerät>\u2028 名 %41+canary",
    "short": "k9Xq",
    "Base64 of a text": base64.b64encode(b"user:canary-password").decode(),
}
LONG = {name: secret for name, secret in SECRETS.items() if len(secret) >= 8}


def knowing(*secrets: str, members: tuple[str, ...] = ("access_token", "password")) -> Redactor:
    redactor = Redactor(members)
    for secret in secrets:
        redactor.learn(secret, "secret")
    return redactor


@pytest.mark.parametrize("name", SECRETS)
def test_every_spelling_becomes_the_same_pseudonym(name: str) -> None:
    secret = SECRETS[name]
    redactor = knowing(secret)
    for spelling in spellings(secret):
        clean = redactor.text(f"before {spelling.decode()} after")
        assert spelling.decode() not in clean
        assert "‹secret 1›" in clean
        assert clean.startswith("before ")


@pytest.mark.parametrize("name", LONG)
def test_a_basic_header_is_clean(name: str) -> None:
    secret = SECRETS[name]
    for user in ("u", "us", "use", "user"):
        header = base64.b64encode(f"{user}:{secret}".encode()).decode()
        assert found(knowing(secret).text(f"Basic {header}").encode(), {name: secret}) == []
        assert "‹secret 1›" in knowing(secret).text(f"Basic {header}")


def test_pseudonyms_are_stable_and_tell_kinds_apart() -> None:
    redactor = Redactor()
    for secret, kind in (("first-secret", "token"), ("second-secret", "token"), ("a-password", "password")):
        redactor.learn(secret, kind)
    redactor.learn("first-secret", "another kind")
    assert redactor.text("first-secret second-secret a-password first-secret") == (
        "‹token 1› ‹token 2› ‹password 1› ‹token 1›"
    )


def test_the_longer_secret_is_replaced_first() -> None:
    assert knowing("abcdefgh", "abcdefgh-and-more").text("abcdefgh-and-more") == "‹secret 2›"


def test_a_very_short_secret_is_replaced_where_it_is_a_whole_text_only() -> None:
    assert knowing("ab").text('{"pin": "ab", "name": "cab"}') == '{"pin": "‹secret 1›", "name": "cab"}'


@pytest.mark.parametrize("value", [None, 7, True, "", [], {}])
def test_what_is_no_text_is_no_secret(value: Any) -> None:
    redactor = Redactor()
    redactor.learn(value, "secret")
    assert redactor.text("None 7 True") == "None 7 True"


@pytest.mark.parametrize(
    ("message", "secret"),
    [
        ('{"info": {"access_token": "tok-abcdef"}}', "tok-abcdef"),
        ('{"access_token" : "tok\\/abc\\u00e9\\"x"}', 'tok/abcé"x'),
        ('{"access_token":"tok-abcdef"', "tok-abcdef"),
        ('{"access_token":"tok-abcd', "tok-abcd"),
        ('{"access_token":"tok-abcd\\', "tok-abcd"),
        ('{"access_token":"tok\\q-abcd"}', "tok\\q-abcd"),
        ('nonsense "password": "tok-abcdef" nonsense', "tok-abcdef"),
        ('{"a": "access_token", "password": "tok-abcdef"}', "tok-abcdef"),
    ],
    ids=["whole", "escaped", "no end", "cut in the secret", "cut in an escape", "wrong escape", "no JSON", "twice"],
)
def test_secret_members_are_learnt_even_from_broken_messages(message: str, secret: str) -> None:
    redactor = Redactor(["access_token", "password"])
    redactor.learn_from(message)
    assert secret not in redactor.text(message)
    assert secret not in redactor.text(f"later: {secret}")
    assert "‹" in redactor.text(f"later: {secret}")


def test_members_that_are_no_texts_teach_nothing() -> None:
    redactor = Redactor(["password"])
    redactor.learn_from('{"password": 12345, "x": {"password": null}}')
    assert redactor.text("12345 null") == "12345 null"


def test_names_and_values_of_a_record_are_clean() -> None:
    redactor = knowing("tok-abcdef")
    assert redactor.value({"tok-abcdef": ["tok-abcdef", ("x tok-abcdef",), 1, None]}) == {
        "‹secret 1›": ["‹secret 1›", ["x ‹secret 1›"], 1, None]
    }


@pytest.mark.parametrize("name", LONG)
def test_half_a_secret_at_our_own_cut_is_replaced(name: str) -> None:
    secret = SECRETS[name]
    redactor = knowing(secret)
    for room in range(len(secret) + 12):
        clean = redactor.text("actual: " + shorten(f"{'x' * (200 - room)} {secret} {'y' * 300}"))
        assert found(clean.encode(), {name: secret}) == []
    for room in range(170):
        seen = Answer(
            Request("GET", "http://h"), 401, body=b"x" * (160 - min(room, 160)) + secret.encode() + b"y" * 300
        )
        assert found(redactor.text(seen.describe()).encode(), {name: secret}) == []


@pytest.mark.parametrize("name", LONG)
def test_half_a_secret_at_the_end_of_a_truncated_body_is_learnt(name: str) -> None:
    secret = SECRETS[name]
    for length in range(1, len(secret)):
        redactor = knowing(secret)
        body = f'{{"message": "you sent Bearer {secret[:length]}'
        redactor.learn_from(body)
        for text in (body, f"HTTP 200 {body} (the body is not JSON: x)", json.dumps({"text": body})):
            assert found(redactor.text(text).encode(), {name: secret}) == []


def test_words_that_begin_like_a_secret_stay_readable() -> None:
    redactor = knowing("password-of-mine")
    redactor.learn_from('{"result": false, "message": "password"}')
    assert redactor.text("the member password is missing; passw…") == "the member password is missing; passw…"


# ---- the recorder ------------------------------------------------------------------------------------------------


def recorded(tmp_path: Path, redactor: Redactor, *answers: Answer) -> tuple[bytes, list[Any]]:
    path = tmp_path / "evidence.ndjson"
    with Recorder(path, redactor) as recorder:
        recorder.begin("p/s/c")
        for each in answers:
            recorder.http(each)
    return path.read_bytes(), list(read_evidence(path))


@pytest.mark.parametrize("name", LONG)
@pytest.mark.parametrize(
    "around",
    [
        (b'{"you sent": "', b'"}'),
        (b"x" * (HEAD - 10), b"y" * 100),
        (b"\xff\xfe", b"\xff"),
        (b"\xff" + b"x" * (HEAD - 10), b"y" * 100),
        (b"<html>", b"</html>"),
    ],
    ids=["JSON", "at the cut", "not UTF-8", "not UTF-8, at the cut", "HTML"],
)
def test_no_secret_is_recorded_wherever_it_stands_in_an_exchange(
    name: str, around: tuple[bytes, bytes], tmp_path: Path
) -> None:
    secret = SECRETS[name]
    raw = secret.encode()
    printable = secret.encode("ascii", "ignore").decode()
    request = Request(
        "POST",
        f"http://h/{printable.replace(' ', '')}?k=" + raw.hex(),
        (("Authorization", f"Bearer {secret}"),),
        b'{"password": ' + json.dumps(secret).encode() + b"}",
    )
    answers = [
        Answer(request, 200, "fine", (("X-Echo", secret), (secret, "x")), around[0] + raw + around[1]),
        Answer(request, failure=Failure("protocol", f"not valid HTTP: {secret!r}")),
        Answer(Request("GET", "http://h", raw=b"GET / HTTP/1.1\r\nA: " + raw + b"\r\n\r\n"), 400, body=raw),
    ]
    redactor = knowing(secret, printable.replace(" ", ""))
    content, records = recorded(tmp_path, redactor, *answers)
    assert found(content, {name: secret}) == []
    assert [record["kind"] for record in records] == ["http", "http", "raw"]
    for body in (record["in"]["body"] for record in records if "body" in record["in"]):
        shown = base64.b64decode(body["base64"]) if "base64" in body else body["text"].encode()
        assert found(shown, {name: secret}) == []
        assert len(shown) <= HEAD * 3


def test_bodies_keep_head_length_and_digest(tmp_path: Path) -> None:
    import hashlib

    body = b"a" * (HEAD + 1)
    _, (record,) = recorded(tmp_path, Redactor(), Answer(Request("GET", "http://h"), 200, body=body))
    assert record["in"]["body"] == {
        "text": "a" * HEAD,
        "length": HEAD + 1,
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    assert record["truncated"] is True


def test_past_its_limit_a_case_counts_and_keeps_what_is_marked(tmp_path: Path) -> None:
    path = tmp_path / "evidence.ndjson"
    seen = Answer(Request("GET", "http://h"), 200)
    with Recorder(path, Redactor()) as recorder:
        recorder.begin("p/s/many")
        ids = [recorder.http(seen) for _ in range(RECORDS_PER_CASE + 5)]
        kept = recorder.http(seen, keep=True)
        assert recorder.end()[-2] == kept
        recorder.begin("p/s/next")
        assert recorder.http(seen)
    assert ids[-5:] == [""] * 5
    records = list(read_evidence(path))
    assert len(records) == RECORDS_PER_CASE + 3
    assert {record["id"] for record in records} == {*ids[:-5], kept, *(record["id"] for record in records[-2:])}
    note = next(record for record in records if record["kind"] == "note")
    assert note["out"] == {"text": "5 further exchanges were counted and not kept"}


def test_the_limit_in_bytes_holds_too(tmp_path: Path) -> None:
    path = tmp_path / "evidence.ndjson"
    seen = Answer(Request("GET", "http://h"), 200, body=b"a" * HEAD)
    with Recorder(path, Redactor()) as recorder:
        recorder.begin("p/s/large")
        kept = sum(bool(recorder.http(seen)) for _ in range(RECORDS_PER_CASE))
    assert kept < RECORDS_PER_CASE
    assert BYTES_PER_CASE <= path.stat().st_size < BYTES_PER_CASE + 2 * HEAD


def test_evidence_is_on_disk_at_once_and_a_cut_last_line_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "evidence.ndjson"
    with Recorder(path, Redactor()) as recorder:
        recorder.begin("p/s/c")
        for _ in range(3):
            recorder.http(
                Answer(Request("GET", "http://h"), 200, body="é\u2028\ud83d\ude00".encode("utf-8", "replace"))
            )
        whole = path.read_bytes()
    assert len(list(read_evidence(path))) == 3
    third = whole.rindex(b'{"id"')
    for end in range(third, len(whole)):
        path.write_bytes(whole[:end])
        assert len(list(read_evidence(path))) in {2, 3}


def test_half_surrogates_are_recorded(tmp_path: Path) -> None:
    path = tmp_path / "evidence.ndjson"
    with Recorder(path, Redactor()) as recorder:
        recorder.begin("p/s/c")
        recorder.note("half \ud800")
    (record,) = read_evidence(path)
    assert record["out"] == {"text": "half \ud800"}


@pytest.mark.parametrize("secret", ["header", "body", "text", "status", '", "', "x1"])
def test_secret_that_is_called_like_a_member_of_the_record_changes_no_name(secret: str, tmp_path: Path) -> None:
    redactor = Redactor()
    redactor.learn(secret, "password")
    request = Request(
        "POST", "http://h/", (("X", secret), ("Y", f"a {secret} b")), f'{{"password": "{secret}"}}'.encode()
    )
    with Recorder(tmp_path / "evidence.ndjson", redactor) as recorder:
        recorder.http(Answer(request, 200, "OK", (("A", "b"),), b"{}"))
    record: Any = next(iter(read_evidence(tmp_path / "evidence.ndjson")))
    assert record["id"] == "x1"
    assert record["out"].keys() == {"method", "url", "headers", "body"}
    assert record["in"].keys() == {"status", "reason", "headers", "body"}
    if secret != '", "':
        assert record["out"]["headers"][0] == ["X", "‹password 1›"]


# ---- secrets that serve one request ------------------------------------------------------------------------------


def passing(number: int) -> str:
    return base64.b64encode(f"encrypted key number {number:04}".encode()).decode()


def test_secret_header_of_a_request_is_shown_as_a_pseudonym_and_others_as_they_are() -> None:
    redactor = Redactor(secret_headers=["X-Key"])
    assert redactor.header("x-key", passing(1)) == "‹x-key 1›"
    assert redactor.header("X-KEY", passing(1)) == "‹x-key 1›"
    assert redactor.header("X-Key", "") == ""
    assert redactor.header("X-Other", "plain") == "plain"
    assert redactor.header("X-Other", passing(1)) == "‹x-key 1›"


def test_key_in_clear_in_a_secret_header_keeps_its_own_pseudonym() -> None:
    redactor = Redactor(secret_headers=["X-Key"])
    redactor.learn("the-key-itself", "key")
    assert redactor.header("X-Key", "the-key-itself") == "‹key 1›"


def test_only_the_newest_passing_secrets_are_looked_for_and_those_that_came_back() -> None:
    redactor = Redactor()
    redactor.learn_passing(passing(0), "k")
    assert redactor.text(f"you sent {passing(0)}") == "you sent ‹k 1›"
    for number in range(1, 50):
        redactor.learn_passing(passing(number), "k")
    assert redactor.text(passing(49)) == "‹k 50›"
    assert redactor.text(passing(0)) == "‹k 1›", "what came back once is kept"
    assert len(redactor._pseudonyms) == PASSING + 1


def test_half_a_passing_secret_at_a_cut_is_kept_too() -> None:
    redactor = Redactor()
    redactor.learn_passing(passing(0), "k")
    assert redactor.text(f"you sent {passing(0)[:12]}…") == "you sent ‹k 1›…"
    for number in range(1, 50):
        redactor.learn_passing(passing(number), "k")
    assert passing(0)[:8] not in redactor.text(f"{passing(0)[:12]}…")


def test_very_short_passing_secret_is_forgotten_as_well() -> None:
    redactor = Redactor()
    for number in range(20):
        redactor.learn_passing(f"s{number}", "k")
    assert redactor.text('{"a": "s0", "b": "s19"}') == '{"a": "s0", "b": "‹k 20›"}'


def test_many_secrets_are_found_as_few_are() -> None:
    many = Redactor(("psk",))
    for number in range(300):
        many.learn(f"conf-run-{number}", "name")
        many.learn(f"{number:08x}{number * 7919:024x}", "psk")
    for secret in LONG.values():
        many.learn(secret, "secret")
    text = f"a conf-run-17, conf-run-170; {17:08x}{17 * 7919:024x} {LONG['plain']}"
    assert many.text(text) == "a ‹name 18›, ‹name 171›; ‹psk 18› ‹secret 1›"
    for number, secret in enumerate(LONG.values(), 1):
        for spelling in spellings(secret):
            assert many.text(f"before {spelling.decode()} after") == knowing(*list(LONG.values())).text(
                f"before {spelling.decode()} after"
            ), (number, spelling)


@pytest.mark.parametrize("length", [4, 7, 8, 9, 30])
def test_one_of_many_secrets_is_found_wherever_it_stands(length: int) -> None:
    redactor = Redactor()
    for number in range(300):
        redactor.learn(f"{number * 48271 % 9973:0{length}d}"[:length], "code")
    secret = f"{299 * 48271 % 9973:0{length}d}"
    for before in range(9):
        for after in range(9):
            assert redactor.text("." * before + secret + "." * after) == "." * before + "‹code 300›" + "." * after
    assert redactor.text(f"{secret}{secret}") == "‹code 300›‹code 300›"


def test_many_secrets_cost_a_record_little() -> None:
    redactor = Redactor()
    for number in range(3000):
        redactor.learn(f"{number:04x}{number * 104729:028x}", "psk")
    text = json.dumps({"name": "a device", "members": [f"value {number}" for number in range(40)]})

    def took() -> float:
        began = time.perf_counter()
        for _ in range(20):
            assert redactor.text(text) == text
        return time.perf_counter() - began

    assert min(took() for _ in range(3)) < 0.5  # about 0.01 s; one after the other it is ten times the limit


def test_forgotten_secrets_are_looked_for_no_more() -> None:
    redactor = Redactor((), ("X-Key",))
    for number in range(400):
        redactor.learn_passing(f"passing-secret-{number}-{number * 31:012x}", "X-Key")
    text = redactor.text(f"passing-secret-0-{0:012x} passing-secret-399-{399 * 31:012x}")
    assert text.startswith("passing-secret-0-")
    assert "passing-secret-399" not in text


def test_a_spelling_of_two_secrets_is_looked_for_while_one_of_them_is_known() -> None:
    redactor = Redactor(secret_headers=["Signature"])
    redactor.learn("a+secret+sum", "token")  # percent-encoded it is spelt as the other is
    redactor.header("Signature", "a%2Bsecret%2Bsum")
    for number in range(PASSING):
        redactor.header("Signature", f"another-{number}-signature")
    assert redactor.text("a%2Bsecret%2Bsum a%252Bsecret%252Bsum") == "‹token 1› a%252Bsecret%252Bsum"
    assert redactor.text("a+secret+sum") == "‹token 1›"


def test_a_passing_secret_that_turns_out_to_last_is_kept() -> None:
    redactor = Redactor(secret_headers=["Signature"])
    redactor.header("Signature", "the-lasting-token")
    redactor.learn("the-lasting-token", "token")
    for number in range(PASSING):
        redactor.header("Signature", f"another-{number}-signature")
    assert redactor.text("is the-lasting-token") == "is ‹Signature 1›"


@pytest.mark.parametrize("secret", ["k9X", "ú\x8e𠄍", "名"])
def test_a_very_short_secret_is_replaced_where_it_is_a_whole_text(secret: str) -> None:
    redactor = knowing(secret)
    for ascii_only in (True, False):
        text = json.dumps({"password": secret, "other": f"x{secret}"}, ensure_ascii=ascii_only)
        assert json.loads(redactor.text(text)) == {"password": "‹secret 1›", "other": f"x{secret}"}
