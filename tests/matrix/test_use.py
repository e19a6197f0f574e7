"""The command: what it says on mistakes, how it goes on after an interruption, what it writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conformance.evidence.verdict import Verdict
from tests.matrix import benign, report, roles, survivors
from tests.matrix.__main__ import main
from tests.matrix.state import State, StateError, digest
from tests.matrix.wrong import Judged, Wrong

WRONGS = roles.wrongs("crypto", "rsa-token")
ALL = {wrong.key: Judged(wrong.key, wrong.cases[0], True, 1, 0.1) for wrong in WRONGS}


def run(*arguments: str) -> int:
    try:
        return main(arguments)
    except SystemExit as ended:
        return int(ended.code or 0)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--platform", "nobody"), "--platform nobody: no such platform in these roles; there are "),
        (("--platform", "rsa-token", "--only", "nothing"), "--only nothing: fits no fault; --list prints them"),
        (("--sample", "0"), "--sample 0: give at least 1"),
        (("--jobs", "0"), "--jobs 0: give at least 1"),
        (("--role", "nobody"), "invalid choice: 'nobody'"),
    ],
)
def test_a_mistake_in_the_use_is_one_line_and_status_2(
    arguments: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 2
    assert told in capsys.readouterr().err


def test_resuming_without_a_run_is_a_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state = tmp_path / "state.ndjson"
    assert run("--platform", "rsa-token", "--resume", "--state", str(state)) == 2
    assert "run without --resume" in capsys.readouterr().err


def test_list_judges_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--platform", "rsa-token", "--list") == 0
    assert len(capsys.readouterr().out.splitlines()) == len(WRONGS)


def test_every_mistake_of_a_scheme_is_killed_by_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state = tmp_path / "state.ndjson"
    arguments = ("--platform", "rsa-token", "--jobs", "1", "--state", str(state))
    assert run(*arguments) == 0
    printed = capsys.readouterr().out
    assert f"{len(WRONGS)} faults, {len(WRONGS)} killed (100.0 %)" in printed
    # What was judged is not judged again.
    assert run(*arguments, "--resume") == 0
    told = capsys.readouterr()
    assert told.out == printed
    assert "0 faults in" in told.err


def test_state_is_read_as_far_as_it_was_written(tmp_path: Path) -> None:
    state = State(tmp_path / "state.ndjson", digest(WRONGS))
    state.begin()
    for each in list(ALL.values())[:2]:
        state.add(each)
    with (tmp_path / "state.ndjson").open("a", encoding="utf-8") as stream:
        stream.write('{"key": "cut o')
    assert state.read() == (list(ALL.values())[:2], [])


def test_ways_of_being_right_are_not_tried_again(tmp_path: Path) -> None:
    state = State(tmp_path / "state.ndjson", digest(WRONGS))
    state.begin()
    state.add(trial())
    assert state.read() == ([], [trial()])
    known = [benign.Trial(*each) for each in benign.listed([("crypto", "rsa-token")])]
    kept: list[benign.Trial] = []
    assert benign.run([("crypto", "rsa-token")], 1, known[1:], kept.append).shown == len(known)
    assert [each.variant for each in kept] == [known[0].variant]


def test_state_of_another_matrix_is_not_gone_on_with(tmp_path: Path) -> None:
    State(tmp_path / "state.ndjson", digest(WRONGS)).begin()
    with pytest.raises(StateError, match="is of other faults or cases"):
        State(tmp_path / "state.ndjson", digest(WRONGS[1:])).read()


def lost(wrong: Wrong) -> dict[str, Judged]:
    return {**ALL, wrong.key: Judged(wrong.key, None, False, 3, 0.1)}


def test_a_survivor_without_a_reason_and_a_reason_without_a_survivor_are_told() -> None:
    account = survivors.account({key: each.by is not None for key, each in lost(WRONGS[0]).items()}, ALL)
    assert account.unexplained == (WRONGS[0].key,)
    stated = survivors.entries()[0]
    killed = survivors.account({stated.pattern.replace("[[]]", "[]").replace("*", "x"): True}, ALL)
    assert killed.killed
    assert not killed.agrees


def test_numbers_are_counted_and_no_rate_is_rounded_up() -> None:
    matrix = report.Matrix(WRONGS, lost(WRONGS[0]), benign.Benign((trial(),)))
    told = matrix.as_json()
    assert (told["faults"], told["killed"]) == (len(WRONGS), len(WRONGS) - 1)
    assert told["rate"] <= 100 * (len(WRONGS) - 1) / len(WRONGS)
    assert told["benign"] == {
        "variants": 1,
        "shown": 1,
        "judgements": 3,
        "verdicts": {"FAIL": 1, "PASS": 2},
        "blamed": 1,
    }
    assert sum(row["faults"] for row in told["kinds"]) == len(WRONGS)
    assert "1 survive" in report.summary(matrix)
    assert "1 blamed, 0 not judged (1 FAIL, 2 PASS)" in report.summary(matrix)


def trial() -> benign.Trial:
    blame = benign.Blame("platform", "thingscloud", "frame/chunked", "thingscloud/x/y", "too long")
    return benign.Trial("platform", "thingscloud", "frame/chunked", {"PASS": 2, "FAIL": 1}, [blame])


def test_a_blame_says_who_blames_whom_and_why() -> None:
    (blame,) = benign.Benign((trial(),)).blamed
    assert blame.told == "blames a right platform (thingscloud, frame/chunked): thingscloud/x/y: too long"
    assert {Verdict.FAIL, Verdict.ERROR} == benign.BLAMES


def test_matrix_is_written_the_same_way_twice(tmp_path: Path) -> None:
    matrix = report.Matrix(WRONGS, ALL, benign.Benign((trial(),)))
    for name in ("one.json", "two.json"):
        report.write(matrix, tmp_path / name)
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    assert json.loads((tmp_path / "one.json").read_text(encoding="utf-8")) == matrix.as_json()
