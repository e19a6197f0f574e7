"""Every behaviour fault of this platform: the written requirement that it breaks, and what it does.

Where a behaviour lives it is asked for by name. None stands for a fault that no written statement forbids: a suite may
overlook it, and a reader of the table sees that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from conformance.reference.faults import Behaviour

BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    # tokens
    "last-credential-unchecked": Behaviour(
        "access-token/wrong-credentials", "signing in does not look at secret_key or password"
    ),
    "device-token-accepted": Behaviour(
        "global/token-type", "a device's token from its certificate identifies a caller of the API"
    ),
    "api-token-dies-early": Behaviour("access-token/lifetime", "an application's token lives half a day"),
    "admin-token-dies-early": Behaviour("admin-login/lifetime", "an administrator's token lives three and a half days"),
    "expired-token-accepted": Behaviour("access-token/lifetime", "tokens never end"),
    "issued-token-useless": Behaviour(
        "access-token/token-serves", "the token that signing in answers identifies nobody"
    ),
    # global
    "scheme-case-matters": Behaviour(
        "global/scheme-case", "the authentication scheme is recognised only in the letter case of the document"
    ),
    "malformed-json-accepted": Behaviour(
        "global/malformed-json", "a body that is not JSON is taken for the contract's full example"
    ),
    "unknown-path-served": Behaviour("global/unknown-path", "a path that is not documented answers success"),
    "unknown-object-served": Behaviour(
        "device-read/unknown-id", "an unknown device or customer answers success with empty info"
    ),
    "text-to-ascii": Behaviour("global/text-unchanged", "characters outside ASCII are stored as question marks"),
    "text-beyond-plane-lost": Behaviour(
        "global/text-unchanged", "each character beyond the basic plane is stored as a question mark"
    ),
    "text-cut": Behaviour("global/text-unchanged", "text longer than 16 characters is cut when it is stored"),
    # project
    "online-not-counted": Behaviour(
        "devices-stat/sums", "the number of online devices is one too high, so that online and offline do not add up"
    ),
    "stat-no-alarms": Behaviour("devices-stat/alarms", "alarm_device_total is 0 whatever alarms there are"),
    "stat-ignores-new": Behaviour(
        "devices-stat/counts-devices", "device_total does not count devices made since the start"
    ),
    "stat-fraction": Behaviour("devices-stat/plausible", "alarm_device_total is half a device too high"),
    "alarm-stat-shifted": Behaviour("devices-alarm-stat/sums", "ordinary alarms are counted as normal devices as well"),
    "alarm-stat-ignores-new": Behaviour(
        "devices-alarm-stat/matches-devices-stat",
        "device_total of the alarm statistics does not count devices made since the start",
    ),
    "alarm-stat-negative": Behaviour("devices-alarm-stat/plausible", "the number of urgent alarms is negative"),
    # device types and groups
    "type-list-cut": Behaviour(None, "the list of device types lacks the last one"),
    "type-count-wrong": Behaviour(None, "device_count of a device type is one too high"),
    "type-count-ignores-new": Behaviour(
        "device-types/device-count", "device_count of a device type does not count devices made since the start"
    ),
    "type-listed-twice": Behaviour("device-types/ids-unique", "the first device type stands twice in the list"),
    "type-info-differs": Behaviour(
        "device-types/matches-type-info", "a device shows another name of its type than the list of types"
    ),
    "group-tree-flat": Behaviour(None, "subgroups are not shown"),
    "group-listed-twice": Behaviour("device-groups-tree/ids-unique", "the first group stands twice in the tree"),
    # devices
    "created-not-listed": Behaviour("device-create/listed", "a created device is not in the list"),
    "created-not-readable": Behaviour("device-create/readable", "a created device cannot be read"),
    "create-id-shared": Behaviour("device-create/ids-distinct", "every created device gets the id of the one before"),
    "created-online": Behaviour(
        "device-read/never-connected", "a device that never connected is read and listed as online"
    ),
    "created-listed-online": Behaviour(
        "device-read/never-connected", "a device that never connected is listed as online, though it is read as offline"
    ),
    "create-loses-descr": Behaviour("device-create/keeps-members", "creating a device loses descr"),
    "create-loses-tags": Behaviour("device-create/keeps-members", "creating a device loses tags"),
    "create-loses-type": Behaviour("device-create/keeps-members", "creating a device loses type"),
    "create-loses-device-key": Behaviour("device-create/keeps-members", "creating a device loses device_key"),
    "create-answers-other-name": Behaviour(
        "device-create/name-echoed", "creating a device answers another name than was given"
    ),
    "info-update-ignored": Behaviour("device-info-update/changes-given", "changing a device's info changes nothing"),
    "info-update-clears": Behaviour(
        "device-info-update/keeps-others", "changing a device's info clears the members that were not given"
    ),
    "tags-replaced": Behaviour("device-tags-update/keeps-others", "updating tags replaces all of them"),
    "tags-not-overwritten": Behaviour("device-tags-update/replaces", "updating tags leaves existing keys as they are"),
    "tags-new-ignored": Behaviour("device-tags-update/adds", "updating tags adds none"),
    "tags-remove-all": Behaviour("device-tags-remove/keeps-others", "removing tags removes all of them"),
    "tags-remove-ignored": Behaviour("device-tags-remove/removes-named", "removing tags removes none"),
    "tags-remove-first-only": Behaviour(
        "device-tags-remove/removes-named", "removing several tags removes the first one only"
    ),
    "tags-remove-absent-crashes": Behaviour(
        "device-tags-remove/absent-key", "removing a tag that does not exist is answered with 500"
    ),
    "delete-ignored": Behaviour("device-delete/unreadable", "deleting a device does nothing"),
    "deleted-still-listed": Behaviour("device-delete/unlisted", "a deleted device stays in the list"),
    "deleted-still-readable": Behaviour("device-delete/unreadable", "a deleted device can still be read"),
    "delete-removes-two": Behaviour(
        "device-delete/keeps-others", "deleting a device also removes the newest of the others"
    ),
    "delete-unknown-crashes": Behaviour(
        "device-delete/twice", "deleting a device that does not exist is answered with 500"
    ),
    "list-total-wrong": Behaviour("device-list/total", "total of the device list is one too high"),
    "list-page-total-wrong": Behaviour("device-list/page-total", "page_total of the device list is one too high"),
    "list-loses-item": Behaviour("device-list/pages-complete", "each page of the device list lacks its last device"),
    "list-repeats-item": Behaviour(
        "device-list/pages-complete", "each page of the device list begins with the last device of the page before"
    ),
    "list-page-ignored": Behaviour("device-list/pages-complete", "the device list always answers page 1"),
    "list-page-from-zero": Behaviour("device-list/page-default", "pages of the device list count from 0"),
    "list-default-page-2": Behaviour("device-list/page-default", "without page the device list answers page 2"),
    "list-beyond-shows-last": Behaviour(
        "device-list/beyond-last-page", "a page of the device list beyond the last shows the last"
    ),
    "list-type-ignored": Behaviour("device-list/type-filter", "the type filter of the device list is ignored"),
    "list-group-ignored": Behaviour("device-list/group-filter", "the group filter of the device list is ignored"),
    "list-filter-total": Behaviour("device-list/total", "total of a filtered device list counts all devices"),
    "list-differs-from-read": Behaviour(
        "device-list/matches-read", "the device list shows another name than reading the device"
    ),
    "certificate-of-another": Behaviour(
        "device-certificate/same-device", "the certificate shows the id of another device"
    ),
    "certificate-shared": Behaviour(None, "all devices have the same access_token"),
    "certificate-changes": Behaviour(
        "device-certificate/stable", "each read of a certificate shows another access_token"
    ),
    # data
    "attributes-show-oldest": Behaviour(
        "attributes/current-value", "the attribute list shows the oldest value instead of the newest"
    ),
    "attribute-listed-twice": Behaviour(
        "attributes/identifiers-unique", "the first attribute stands twice in the list"
    ),
    "cloud-update-ignored": Behaviour("cloud-attributes-update/readable", "updating cloud attributes changes nothing"),
    "cloud-update-old-ts": Behaviour(
        "cloud-attributes-update/ts", "updating a cloud attribute stores a time an hour ago"
    ),
    "cloud-update-as-text": Behaviour(
        "cloud-attributes-update/readable", "updating a cloud attribute stores the value as text"
    ),
    "cloud-update-clears": Behaviour(
        "cloud-attributes-update/keeps-others", "updating cloud attributes removes the others"
    ),
    "cloud-update-first-only": Behaviour(
        "cloud-attributes-update/readable", "updating several cloud attributes stores the first one only"
    ),
    "cloud-update-no-series": Behaviour(
        "cloud-attributes-update/each-in-series", "the history holds the newest value of a cloud attribute and no other"
    ),
    "cloud-update-late-series": Behaviour(
        "cloud-attributes-update/in-series", "updating a cloud attribute puts the value before it into the history"
    ),
    "attributes-remove-ignored": Behaviour("attributes-remove/removes-named", "removing attributes removes none"),
    "attributes-remove-all": Behaviour("attributes-remove/keeps-others", "removing attributes removes all of them"),
    "attributes-remove-first-only": Behaviour(
        "attributes-remove/removes-named", "removing several attributes removes the first one only"
    ),
    "series-page-ignored": Behaviour("attribute-series/pages-complete", "the history always answers page 1"),
    "series-default-page-2": Behaviour("attribute-series/page-default", "without page the history answers page 2"),
    "series-page-records-ignored": Behaviour("attribute-series/page-records", "the history ignores page_records"),
    "series-default-50": Behaviour(
        "attribute-series/page-records-default", "the history has 50 records per page where none are asked for"
    ),
    "series-range-ignored": Behaviour("attribute-series/time-range", "the history ignores start_time and end_time"),
    "series-range-unlimited": Behaviour(
        "attribute-series/range-limit", "the history serves a range of more than 30 days"
    ),
    "series-range-29-days": Behaviour(
        "attribute-series/range-30-days", "the history refuses a range of more than 29 days"
    ),
    "series-half-range-crashes": Behaviour(
        "attribute-series/half-range", "only one of start_time and end_time is answered with 500"
    ),
    "series-oldest-first": Behaviour(
        "attribute-series/back-from-now", "the history without a range begins with the oldest record"
    ),
    "series-disorder": Behaviour(
        "attribute-series/order", "the first two records of a page of the history are exchanged"
    ),
    "series-repeats-item": Behaviour(
        "attribute-series/pages-complete", "each page of the history begins with the last record of the page before"
    ),
    "series-of-another": Behaviour("attribute-series/only-asked", "the history is that of another attribute"),
    # alarms
    "alarms-of-all": Behaviour(
        "device-alarm-logs/own-device", "the alarm messages of a device are those of all devices"
    ),
    "alarms-missing": Behaviour(
        "alarm-logs/holds-device-logs", "the project's alarm messages lack those of the device that was seeded first"
    ),
    "alarms-other-device": Behaviour(
        "alarm-logs/consistent", "an alarm message names another device than its device_id"
    ),
    # customers
    "customer-not-listed": Behaviour("customer-create/listed", "a created customer is not in the list"),
    "customer-not-readable": Behaviour("customer-create/readable", "a created customer cannot be read"),
    "customer-id-shared": Behaviour(
        "customer-create/ids-distinct", "every created customer gets the id of the one before"
    ),
    "customer-create-answers-other-name": Behaviour(
        "customer-create/name-echoed", "creating a customer answers another name than was given"
    ),
    "customer-create-loses": Behaviour(
        "customer-create/keeps-members", "creating a customer loses descr, email, mobile and tags"
    ),
    "customer-account-is-name": Behaviour(
        "customer-create/keeps-members", "a created customer shows its name as its account"
    ),
    "customer-update-ignored": Behaviour(
        "customer-info-update/changes-given", "changing a customer's info changes nothing"
    ),
    "customer-update-clears": Behaviour(
        "customer-info-update/keeps-others", "changing a customer's info clears the members that were not given"
    ),
    "customer-tags-replaced": Behaviour(
        "customer-tags-update/keeps-others", "updating a customer's tags replaces all of them"
    ),
    "customer-tags-not-overwritten": Behaviour(
        "customer-tags-update/replaces", "updating a customer's tags leaves existing keys as they are"
    ),
    "customer-tags-new-ignored": Behaviour("customer-tags-update/adds", "updating a customer's tags adds none"),
    "customer-list-differs": Behaviour(
        "customer-list/matches-read", "the customer list shows another name than reading the customer"
    ),
    "customer-listed-twice": Behaviour("customer-list/ids-unique", "the first customer stands twice in the list"),
    "customer-password-clears": Behaviour(
        "customer-password-update/keeps-info", "changing a customer's password clears descr, email and mobile"
    ),
    "customer-delete-ignored": Behaviour("customer-delete/unreadable", "deleting a customer does nothing"),
    "customer-delete-removes-two": Behaviour(
        "customer-delete/keeps-others", "deleting a customer also removes the newest of the others"
    ),
    "customer-deleted-still-listed": Behaviour("customer-delete/unlisted", "a deleted customer stays in the list"),
    "customer-password-shown": Behaviour("customer-read/no-password", "reading a customer shows the password"),
    # admin
    "admin-is-another": Behaviour("admin/own-account", "the administrator shown is another than the one who signed in"),
}
