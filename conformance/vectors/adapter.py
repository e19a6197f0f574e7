"""Our own routines behind the adapter protocol, as any program: `python -m conformance.vectors.adapter`.

The default run judges it, and `init crypto` names it until the tester's own program stands in its place.
"""

from __future__ import annotations

import json
import sys
from typing import IO, Any, Final

from conformance import __version__
from conformance.vectors.judge import Refused
from conformance.vectors.operations import OPERATIONS
from conformance.vectors.own import OwnImplementation
from conformance.vectors.protocol import PROTOCOL

NAME: Final = "own crypto routines"


def started() -> dict[str, Any]:
    """Return the introduction: every operation with every option."""
    schemes: dict[str, dict[str, list[str]]] = {}
    for scheme, operation in OPERATIONS:
        schemes.setdefault(scheme, {"operations": []})["operations"].append(operation)
    return {"type": "started", "protocol": PROTOCOL, "name": NAME, "version": __version__, "schemes": schemes}


def reply(request: dict[str, Any], implementation: OwnImplementation) -> dict[str, Any]:
    """Return the reply to one request other than stop."""
    if request["type"] == "start":
        return {"id": request["id"], **started()}
    try:
        answer = implementation.perform(request["scheme"], request["operation"], request["inputs"])
    except Refused as refusal:
        return {"id": request["id"], "type": "refusal", "kind": "invalid", "text": str(refusal)}
    return {"id": request["id"], "type": "answer", "answer": answer}


def serve(requests: IO[str], replies: IO[str]) -> None:
    """Reply to every request until stop."""
    for line in requests:
        request = json.loads(line)
        if request["type"] == "stop":
            return
        print(json.dumps(reply(request, OwnImplementation())), file=replies, flush=True)


if __name__ == "__main__":
    serve(sys.stdin, sys.stdout)
