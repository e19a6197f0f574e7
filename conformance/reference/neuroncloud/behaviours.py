"""Every behaviour fault of this platform: the written requirement that it breaks, and what it does.

Where a behaviour lives it is asked for by name. None stands for a fault that no written statement forbids: a suite may
overlook it, and a reader of the table sees that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from conformance.reference.faults import Behaviour

BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    # credentials
    "plain-key-accepted": Behaviour("global/plain-key", "the Key in clear, as text or as Base64, is accepted"),
    "padding-unchecked": Behaviour(
        "global/other-public-key",
        "a text of the right length that does not decrypt is accepted: encrypted for another public key, or changed",
    ),
    "wrong-key-accepted": Behaviour(
        "global/wrong-key", "another text than the Key, encrypted with the right public key, is accepted"
    ),
    "truncated-key-accepted": Behaviour(
        "global/truncated-key", "an encrypted Key with fewer bytes than the public key has is accepted"
    ),
    "not-base64-accepted": Behaviour("global/not-base64", "a text that is not Base64 is accepted"),
    "empty-key-accepted": Behaviour("global/empty-key", "an empty text and its encryption are accepted"),
    "key-id-unchecked": Behaviour("global/unknown-key-id", "an unknown Key ID with a known Key is accepted"),
    "key-of-other-token-accepted": Behaviour(
        "global/key-of-other-token", "the Key ID of one token with the encrypted Key of another is accepted"
    ),
    "expired-key-accepted": Behaviour("global/expired-key", "a token that has expired is accepted"),
    "expired-code": Behaviour("global/expired-key", "a token that has expired is refused with code 403"),
    "unknown-key-id-code": Behaviour("global/unknown-key-id-code", "an unknown Key ID is refused with code 400"),
    "fresh-encryption-refused": Behaviour(
        "global/fresh-encryption", "of a token only the encrypted Key that was sent first is accepted"
    ),
    "header-case-matters": Behaviour(
        "global/header-case", "the names of headers are recognised only in the letter case of the document"
    ),
    # global
    "refusal-claims-success": Behaviour("global/code-agrees", "isSuccess of every refusal is true"),
    "message-missing": Behaviour("global/message", "no answer has a message"),
    "unknown-path-served": Behaviour("global/unknown-path", "a path that is not documented answers success"),
    "unknown-path-code": Behaviour("global/unknown-path", "a path that is not documented is refused with code 400"),
    "malformed-json-accepted": Behaviour(
        None, "a body that is not JSON is taken for one that serves; the statement asks only for a documented answer"
    ),
    # data push
    "push-ignored": Behaviour("data-push/in-history", "pushed records are accepted and not stored"),
    "push-first-only": Behaviour("data-push/several-devices", "of several pushed records the first only is stored"),
    "push-first-device-only": Behaviour(
        "data-push/several-devices", "of pushed records those of the first device only are stored"
    ),
    "push-last-lost": Behaviour("data-push/thousand", "of 1,000 pushed records the last is not stored"),
    "over-thousand-stored": Behaviour(
        "data-push/over-thousand", "of a request with more than 1,000 records, which is refused, the first are stored"
    ),
    "refused-push-stored": Behaviour(
        "data-push/partial", "of a push that is refused for one record the others are stored"
    ),
    "building-unchecked": Behaviour("data-push/building-registered", "any buildingName is accepted"),
    "value-alone-refused": Behaviour("data-push/value-or-reading", "a record with value alone is refused"),
    "reading-alone-refused": Behaviour("data-push/value-or-reading", "a record with reading alone is refused"),
    "dev-eui-demanded": Behaviour("data-push/optional-members", "a record without devEui is refused"),
    "unit-demanded": Behaviour("data-push/optional-members", "a record without unit is refused"),
    "time-demanded": Behaviour("data-push/optional-members", "a record without time is refused"),
    "absent-time-is-1970": Behaviour("data-push/absent-time", "a record without time carries the start of 1970"),
    "value-rounded": Behaviour("data-push/value-unchanged", "numbers are rounded to two decimals"),
    "value-single-precision": Behaviour("data-push/value-unchanged", "numbers are stored in single precision"),
    "reading-trimmed": Behaviour("data-push/reading-unchanged", "texts lose white space at both ends"),
    "reading-to-ascii": Behaviour(
        "data-push/reading-unchanged", "characters outside ASCII are stored as question marks"
    ),
    "reading-cut": Behaviour("data-push/reading-unchanged", "texts longer than 32 characters are cut"),
    "unit-confused": Behaviour("data-push/members-unchanged", "another unit than that of the record is stored"),
    "time-zone-confused": Behaviour("data-push/time-unchanged", "times are shown eight hours later than they were"),
    "time-cut-to-minute": Behaviour("data-push/time-unchanged", "times are shown without their seconds"),
    "stored-in-next-point": Behaviour("data-push/own-point-only", "a value is also stored in another point"),
    "stored-in-next-device": Behaviour(
        "data-push/own-point-only", "a value is also stored in the point of that name of other devices"
    ),
    "duplicate-code": Behaviour(
        "data-push/duplicate-code",
        "where a record that was pushed before is refused (reading duplicate-data/refused), the code is 409",
    ),
    # device details
    "details-of-another": Behaviour("device-details/same-device", "the details are those of another device"),
    "unknown-device-shown": Behaviour(
        "device-details/unknown", "for an unknown devEui the prepared device and its values are shown"
    ),
    "details-of-neighbour": Behaviour("device-details/tenant-only", "the details of another tenant's device are shown"),
    "details-without-points": Behaviour("device-details/points", "the details lack the first point"),
    "iot-flag-wrong": Behaviour("device-details/iot-device", "isIot is false for every device"),
    "device-building-wrong": Behaviour("device-details/building", "devices show a building that they are not in"),
    # device list
    "list-current-wrong": Behaviour("device-list/current", "current of the answer is one too high"),
    "list-size-wrong": Behaviour("device-list/size", "size of the answer is the number of devices on the page"),
    "list-page-too-long": Behaviour("device-list/size", "a page holds one device more than was asked for"),
    "list-total-wrong": Behaviour("device-list/total", "total is one too high"),
    "list-filter-total": Behaviour("device-list/total", "total of a filtered list counts all devices"),
    "list-loses-item": Behaviour("device-list/pages-complete", "every full page lacks its last device"),
    "list-repeats-item": Behaviour(
        "device-list/pages-complete", "every page but the first begins with the last device of the page before"
    ),
    "list-page-ignored": Behaviour("device-list/pages-complete", "every page is the first"),
    "list-beyond-shows-last": Behaviour("device-list/beyond-last-page", "a page beyond the last shows the last"),
    "list-lacks-first": Behaviour("device-list/all-devices", "the list lacks the prepared device"),
    "list-of-neighbour": Behaviour("device-list/tenant-only", "the list holds another tenant's device"),
    "list-differs-from-details": Behaviour(
        "device-list/matches-details", "the list shows another alias than the details"
    ),
    "list-eui-repeated": Behaviour(
        "device-list/dev-eui-unique", "all devices of the list have the devEUI of the prepared one"
    ),
    "name-filter-ignored": Behaviour("device-list/name-excludes", "the name filter is ignored"),
    "name-filter-exact": Behaviour("device-list/name-filter", "a part of a name finds nothing"),
    "eui-filter-ignored": Behaviour("device-list/dev-eui-filter", "the devEui filter is ignored"),
    "eui-filter-partial": Behaviour("device-list/dev-eui-filter", "a part of a devEui finds the device"),
    "building-filter-ignored": Behaviour("device-list/building-filter", "the buildingName filter is ignored"),
    "building-filter-partial": Behaviour(
        "device-list/building-filter", "a part of a building's name finds its devices"
    ),
    "building-filter-finds-one": Behaviour(
        "device-list/building-filter", "the buildingName filter finds the prepared device only"
    ),
    "model-filter-ignored": Behaviour("device-list/model-filter", "the equModel filter is ignored"),
    "model-filter-partial": Behaviour("device-list/model-filter", "a part of a model's name finds its devices"),
    "model-filter-finds-one": Behaviour(
        "device-list/model-filter", "the equModel filter finds the prepared device only"
    ),
    "filters-any": Behaviour("device-list/filters-together", "devices that meet any of several filters are listed"),
    # latest values
    "latest-not-updated": Behaviour("data-push/in-latest", "the latest value of a point is the first it ever had"),
    "latest-of-all": Behaviour("latest-values/only-asked", "the latest values are those of all devices"),
    "latest-eui-partial": Behaviour("latest-values/only-asked", "a part of a devEui finds the device's values"),
    "latest-lists-twice": Behaviour("latest-values/one-per-point", "the first point stands twice in the latest values"),
    "latest-shows-oldest": Behaviour("latest-values/newest", "the latest value of a point is its oldest"),
    "latest-number-as-text": Behaviour("latest-values/kind", "the latest values show numbers as reading"),
    "latest-lacks-point": Behaviour("latest-values/all-points", "the latest values lack the last point"),
    "latest-of-neighbour": Behaviour(
        "latest-values/tenant-only", "the latest values of another tenant's device are shown"
    ),
    # history
    "history-name-partial": Behaviour("point-history/only-asked", "a part of a device's name finds its history"),
    "history-point-ignored": Behaviour("point-history/single-point", "functionType of a history query is ignored"),
    "history-first-point-only": Behaviour(
        "point-history/all-points", "without functionType the history is that of the first point"
    ),
    "history-range-ignored": Behaviour("point-history/time-range", "startTime and endTime are ignored"),
    "history-six-days-only": Behaviour("point-history/past-week", "a range of more than six days is refused"),
    "history-shows-older": Behaviour("point-history/older-than-week", "values from before the past week are returned"),
    "half-range-crashes": Behaviour(
        "point-history/half-range", "only one of startTime and endTime is answered with 500"
    ),
    "history-range-turned": Behaviour(
        "point-history/reversed-range", "a range that ends before it begins is turned round"
    ),
    "history-value-as-reading": Behaviour("point-history/value-field", "with field VALUE numbers stand in reading"),
    "history-reading-empty": Behaviour("point-history/reading-field", "with field READING all texts are empty"),
    "history-other-kind": Behaviour(
        "point-history/other-kind", "values of the other kind are returned as texts in the member asked for"
    ),
    "history-model-ignored": Behaviour("point-history/model-filter", "equModel of a history query is ignored"),
    "history-model-partial": Behaviour("point-history/model-filter", "a part of a model's name finds the history"),
    "history-disorder": Behaviour("point-history/order", "the first two values of a point are exchanged"),
    "history-lacks-newest": Behaviour("point-history/matches-latest", "the history lacks the newest value of a point"),
    "history-of-neighbour": Behaviour(
        "point-history/tenant-only", "the history of another tenant's device is returned"
    ),
    # data warehouse
    "dataset-one-record": Behaviour("dataset-push/several-records", "a push of several records is refused"),
    "dataset-half-thousand": Behaviour("dataset-push/thousand", "a push of more than 500 records is refused"),
    "dataset-fields-unchecked": Behaviour("dataset-push/fields-match", "fields that the dataset lacks are accepted"),
    "dataset-types-unchecked": Behaviour("dataset-push/types-match", "values of any data type are accepted"),
    "dataset-unknown-served": Behaviour("dataset-push/unknown-dataset", "a push to an unknown dataset is accepted"),
    "dataset-query-empty": Behaviour("dataset-query/same-answer", "with the project header the history is empty"),
    "dataset-query-range-ignored": Behaviour(
        "dataset-query/time-range", "with the project header startTime and endTime are ignored"
    ),
    "dataset-query-point-ignored": Behaviour(
        "dataset-query/single-point", "with the project header functionType is ignored"
    ),
}
