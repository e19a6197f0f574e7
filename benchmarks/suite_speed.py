"""How much the suite adds to the bare exchange of messages, and how it compares with Schemathesis.

1. The example-based cases run against the embedded reference; their requests and answers are recorded. Start-up is left out.
2. The same requests go out again through the same HTTP client to a stub that answers the recording.
3. The generated cases run, and Schemathesis runs its coverage and fuzzing phases on the same contract and the same server.

`python -m benchmarks.suite_speed` prints the ratios and fails where the first is above its limit.
"""

from __future__ import annotations

import base64
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from conformance.contract import Role
from conformance.contract.openapi import document
from conformance.evidence.exchange import Answer, Request
from conformance.iut.http import HttpClient
from conformance.iut.process import Process, free_port, python_module
from conformance.runner.embedded import embedded
from conformance.runner.run import Plan, Run
from conformance.runner.selection import Filters

PLATFORM: Final = "thingscloud"
LIMIT: Final = 3.0
"""Suite time may be this many times the bare replay."""
GENERATED: Final = ("*/generated/*", "*/coverage", "*/model*")
ROUNDS: Final = 5
"""Rounds whose median counts: each measures both sides one right after the other, because the machine is shared."""


def main() -> None:
    """Print the figures; exit status 1 where the ratio is above its limit."""
    rounds = []
    for number in range(1, ROUNDS + 1):
        suite_s, exchanges = _suite(Filters(exclude=GENERATED))
        replay_s = _replay(exchanges)
        rounds.append(suite_s / replay_s)
        told = f"{len(exchanges)} exchanges, suite {suite_s:.2f} s, bare replay {replay_s:.2f} s"
        print(f"round {number}: {told}, ratio {rounds[-1]:.2f}")
    ratio = statistics.median(rounds)
    print(f"suite time / bare replay of the example-based cases: {ratio:.2f} (median; limit {LIMIT:g})")
    ours_s, generated = _suite(Filters(only=GENERATED[:2]))
    ours = len(generated) / ours_s
    theirs = _schemathesis()
    print(f"generated messages, judged exchanges per second: iot-conformance {ours:.0f}, Schemathesis {theirs:.0f}")
    sys.exit(ratio > LIMIT)


def _suite(filters: Filters) -> tuple[float, list[tuple[Request, Answer]]]:
    exchanges: list[tuple[Request, Answer]] = []
    with tempfile.TemporaryDirectory() as folder:
        run = Run(Plan((embedded(PLATFORM, Role.PLATFORM),), filters, out=Path(folder)), "bench")
        job = run.jobs[0]
        with run.open(job) as judge:
            for case in job.cases:  # start-up: what a server or this process compiles on first use
                judge(case)
            send = HttpClient.send

            def recording(client: HttpClient, request: Request) -> Answer:
                answer = send(client, request)
                exchanges.append((request, answer))
                return answer

            HttpClient.send = recording  # type: ignore[method-assign]
            try:
                started = time.perf_counter()
                for case in job.cases:
                    judge(case)
                elapsed = time.perf_counter() - started
            finally:
                HttpClient.send = send  # type: ignore[method-assign]
        run.finish(complete=True)
    return elapsed, exchanges


def _replay(exchanges: list[tuple[Request, Answer]]) -> float:
    answers = [base64.b64encode(_bytes(answer)).decode() for _, answer in exchanges]
    with tempfile.TemporaryDirectory() as folder:
        recording = Path(folder) / "answers.json"
        recording.write_text(json.dumps(answers), encoding="utf-8")
        port = free_port()
        with Process(python_module("benchmarks.stub", "{port}", str(recording)), {"port": str(port)}) as process:
            process.wait_ready("127.0.0.1", port, 10)
            base = f"http://127.0.0.1:{port}"
            with HttpClient(base, timeout_s=10) as client:
                requests = [
                    Request(each.method, f"{base}/{each.url.split('/', 3)[3]}", each.headers, each.body)
                    for each, _ in exchanges
                ]
                client.send(requests[-1])
                started = time.perf_counter()
                for request in requests:
                    client.send(request)
                return time.perf_counter() - started


def _bytes(answer: Answer) -> bytes:
    kept = [
        (name, value) for name, value in answer.headers if name.lower() not in {"content-length", "transfer-encoding"}
    ]
    lines = [f"HTTP/1.1 {answer.status or 200} {answer.reason}", *(f"{name}: {value}" for name, value in kept)]
    lines.append(f"Content-Length: {len(answer.body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + answer.body


def _schemathesis() -> float:
    """Return how many calls per second Schemathesis makes and judges, its start-up left out."""
    import schemathesis
    from schemathesis.engine import events, from_schema

    port = free_port()
    command = python_module("conformance.reference.thingscloud", "--port", "{port}", "--parent")
    with Process(command, {"port": str(port)}) as process:
        process.wait_ready("127.0.0.1", port, 10)
        told = json.loads(process.first_line())
        base = f"http://127.0.0.1:{port}"
        body = json.dumps({key: told["credentials"][key] for key in ("app_id", "access_key", "secret_key")}).encode()
        with HttpClient(base, timeout_s=10) as client:
            signed = client.send(
                Request("POST", f"{base}/api/v1/access_token", (("Content-Type", "application/json"),), body)
            )
        schema = schemathesis.openapi.from_dict(document(PLATFORM))
        schema.config.update(base_url=base, headers={"Authorization": f"Bearer {signed.at('/info/access_token')}"})
        schema.config.phases.update(phases=["coverage", "fuzzing"])
        schema.config.generation.update(max_examples=50)
        calls, first, last = 0, 0.0, 0.0
        for event in from_schema(schema).execute():
            if isinstance(event, events.ScenarioFinished):
                calls += len(event.recorder.interactions)
                last = time.perf_counter()
            elif isinstance(event, events.ScenarioStarted) and not first:
                first = time.perf_counter()
    return calls / (last - first)


if __name__ == "__main__":
    main()
