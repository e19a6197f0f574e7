"""What a device can do wrong: name → the statement that it breaks."""

from __future__ import annotations

from typing import Final

FAULTS: Final = {
    # 2.1 and 2.2: connecting
    "ends-at-once": "2.2/connects",
    "no-tls": "2.1/tls",
    "mqtt-3.1": "2.1/protocol-version",
    "long-client-id": "2.2/lengths",
    "no-password": "2.2/lengths",
    "client-id-three-parts": "2.2/client-id-parts",
    "client-id-of-another": "2.2/client-id-id",
    "authentication-type-9": "2.2/authentication-type",
    "signature-type-7": "2.2/signature-type",
    "timestamp-with-minutes": "2.2/timestamp-form",
    "timestamp-stale": "2.2/timestamp-current",
    "user-name-of-another": "2.2/user-name",
    "password-swapped": "2.2/password",
    "password-plain": "2.2/password",
    "password-of-another-hour": "2.2/password",
    "password-upper-case": "2.2/password-characters",
    "password-base64": "2.2/password-characters",
    "subscribes-nothing": "2.1/subscribes",
    "subscribes-another": "2.1/subscribes",
    # 2.3: reporting
    "reports-nothing": "2.3/reports",
    "reports-elsewhere": "2.3/topic",
    "report-no-json": "2.1/payload",
    "report-other-type": "2.3/message/msgType/const",
    "report-no-data": "2.3/message/data/required",
    "report-data-object": "2.3/message/data/type",
    "report-no-service": "2.3/message/data[].serviceId/required",
    "report-data-as-text": "2.3/message/data[].serviceData/type",
    "report-event-time-iso": "2.3/event-time",
    "report-beyond-range": "2.3/product-model",
    "report-wrong-type": "2.3/product-model",
    "report-unknown-property": "2.3/product-model",
    "report-unknown-service": "2.3/product-model",
    # 2.4 and 2.5: commands
    "answers-nothing": "2.5/answers",
    "answers-late": "2.5/answers",
    "answers-elsewhere": "2.5/topic",
    "answer-no-errcode": "2.5/message/errcode/required",
    "answer-errcode-text": "2.5/message/errcode/enum",
    "answer-errcode-2": "2.5/message/errcode/enum",
    "answer-body-text": "2.5/message/.body/type",
    "mid-as-text": "2.5/mid",
    "mid-of-one-byte": "2.5/mid",
    "mid-signed": "2.5/mid",
    "mid-counted": "2.5/mid",
    "needs-has-more": "2.4/documented-members",
    "ends-without-has-more": "2.4/documented-members",
    "counts-members": "2.4/other-members",
    "reads-by-position": "2.5/answers",
    "bounds-unanswered": "2.5/answers",
    "drops-of-a-burst": "2.5/answers",
    "answers-each-command-once": "2.5/answers",
    "carries-out-anything": "2.4/not-carried-out",
    "ends-on-odd": "2.4/survives",
    "ends-on-long": "2.4/survives",
    "deaf-after-odd": "2.5/answers",
    "disconnects-on-odd": "2.5/answers",
    # connections
    "no-pings": "2.1/keep-alive",
    "never-returns": "2.1/reconnects",
    "gives-up-when-refused": "2.1/reconnects",
    "subscribes-once": "2.1/subscribes",
    "tight-loop": "2.1/back-off",
    "trusts-anyone": "2.1/verifies-server",
    "reserved-flags": "2.1/well-formed",
    "publishes-wildcard": "2.1/well-formed",
    "qos-2": "2.1/delivery",
    "retains": "2.1/delivery",
}
"""Faults by name, with the statement (without the platform) that each breaks."""

QUIRKS: Final = {
    "signature-0": "the signature type is 0, the timestamp any ten digits",
    "node-id": "it connects by its node id",
    "has-more": "hasMore 0 in reports and answers",
    "qos-0": "it subscribes and publishes with QoS 0",
    "pretty": "its JSON has blanks and line ends, msgType last",
    "no-event-time": "its reports tell no time",
    "mqisdp-after-refusal": "a refused CONNECT is followed at once by one as MQTT 3.1",
}
"""What real devices do that no sentence forbids."""
