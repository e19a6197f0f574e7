"""Every behaviour fault of this platform: the written requirement that it breaks, and what it does.

Where a behaviour lives it is asked for by name. None stands for a fault that no written statement forbids: a suite may
overlook it, and a reader of the table sees that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from conformance.reference.faults import Behaviour

_ENVELOPE: Final[Mapping[str, Behaviour]] = {
    "success-says-0": Behaviour("global/success-shape", "the code of a success is 0"),
    "token-beginning-suffices": Behaviour(
        "product-list/credentials", "a cloudToken is recognised by its first eight characters"
    ),
    "token-case-ignored": Behaviour(
        "product-list/credentials", "a cloudToken in other letter case is recognised as the right one"
    ),
    "refusal-discloses": Behaviour(
        "global/refusal-discloses-nothing", "a refusal for want of a valid cloudToken lists the products"
    ),
    "malformed-json-accepted": Behaviour(
        "global/malformed-json", "a body that is not JSON is taken for the contract's full example"
    ),
    "unknown-path-served": Behaviour("global/unknown-path", "a path that is not documented answers success"),
    "number-id-crashes": Behaviour("global/request-id-kind", "a request whose id is a number is answered with 500"),
    "text-id-crashes": Behaviour("global/request-id-kind", "a request whose id is a text is answered with 500"),
    "absent-id-crashes": Behaviour("global/request-id-absent", "a request without id is answered with 500"),
    "absent-version-crashes": Behaviour("global/version-absent", "a request without version is answered with 500"),
    "other-version-crashes": Behaviour("global/version-other", "a request with another version is answered with 500"),
    "member-order-matters": Behaviour("global/member-order", "a body in which params stands before request is refused"),
    "line-break-refused": Behaviour("global/member-order", "a body with line breaks between its members is refused"),
}

_GATEWAY: Final[Mapping[str, Behaviour]] = {
    "gateway-refuses-signed": Behaviour("global/gateway-accepts", "the gateway refuses rightly signed calls"),
    "gateway-unsigned-served": Behaviour("global/gateway-unsigned", "the gateway lets calls without signature pass"),
    "gateway-signature-unchecked": Behaviour(
        "global/gateway-wrong-signature", "any text in X-Ca-Signature is taken, whoever made it and of whatever"
    ),
    "gateway-unknown-key-served": Behaviour(
        "global/gateway-unknown-key", "the app key in X-Ca-Key is not looked at, only the signature"
    ),
    "gateway-body-unchecked": Behaviour(
        "global/gateway-altered-body", "Content-MD5 is signed, but nobody compares it with the body"
    ),
    "gateway-path-unchecked": Behaviour("global/gateway-altered-path", "a signature for one path serves all of them"),
    "gateway-signature-remembered": Behaviour(
        "global/gateway-signed-headers", "a signature that was right once is taken with other signed headers too"
    ),
    "gateway-error-silent": Behaviour(
        "global/gateway-error-header", "a refusal of the gateway has no x-ca-error-message"
    ),
    "gateway-replaces-token": Behaviour(
        "global/gateway-token-besides", "behind the gateway the cloudToken is not looked at"
    ),
}

_PRODUCTS: Final[Mapping[str, Behaviour]] = {
    "products-page-from-zero": Behaviour("product-list/first-page", "pages of products are counted from 0"),
    "products-page-ignored": Behaviour("product-list/pages-complete", "the product list always answers page 1"),
    "products-page-size-ignored": Behaviour("product-list/page-size", "a page holds seven products, whatever is asked"),
    "products-page-too-long": Behaviour("product-list/page-size", "a page holds one product more than asked for"),
    "products-page-repeats": Behaviour(
        "product-list/pages-complete", "each page but the first begins with the last product of the page before"
    ),
    "products-page-loses": Behaviour("product-list/pages-complete", "each page but the first lacks its first product"),
    "products-beyond-shows-last": Behaviour(
        "product-list/beyond-last-page", "a page beyond the last holds the last product"
    ),
    "products-page-size-zero-crashes": Behaviour(
        "product-list/page-size-small", "a page size of less than 1 is answered with 500"
    ),
    "products-depend-on-size": Behaviour(
        "product-list/page-size-free", "with more than five on a page the first product is missing"
    ),
    "products-hide-named": Behaviour("product-list/holds-product", "the product for production is not listed"),
    "products-differ-from-read": Behaviour(
        "product-list/matches-read", "the list shows other names than the query of a single product"
    ),
    "products-modified-before-created": Behaviour("product-list/dates", "gmtModified is earlier than gmtCreate"),
    "older-version-crashes": Behaviour("product-list/older-version", "apiVer 1.0.0 is answered with 500"),
    "read-shows-another": Behaviour("product-read/same-product", "another product than the one asked for is shown"),
    "read-serves-unknown": Behaviour("product-read/unknown-key", "an unknown productKey shows the first product"),
    "read-serves-beginning": Behaviour("product-read/exact-key", "the beginning of a productKey suffices"),
    "read-changes": Behaviour("product-read/repeatable", "every reading of a product shows another gmtModified"),
}

_PRODUCTION: Final[Mapping[str, Behaviour]] = {
    "generate-one-less": Behaviour("devices-generate/amount", "one device less than asked for is produced"),
    "generate-one-more": Behaviour("devices-generate/amount", "one device more than asked for is produced"),
    "generate-assigns-no-names": Behaviour(
        "devices-generate/names-assigned", "devices without an uploaded name have an empty one"
    ),
    "generate-not-downloadable": Behaviour(
        "devices-generate/downloadable", "the batch number of a production leads to no certificates"
    ),
    "generate-for-another-product": Behaviour("devices-generate/product", "devices are produced for another product"),
    "generate-number-shared": Behaviour(
        "devices-generate/batches-distinct", "a production gets the batch number of the one before"
    ),
    "generate-active": Behaviour("devices-generate/inactive", "some devices are active as soon as they are produced"),
    "generate-zero-crashes": Behaviour("devices-generate/amount-bounds", "an amount below 1 is answered with 500"),
    "generate-serves-unknown-product": Behaviour(
        "devices-generate/unknown-product", "devices are produced for a productKey that no product has"
    ),
    "upload-answers-other-number": Behaviour(
        "device-names-upload/produces", "the number that an upload answers belongs to no batch"
    ),
    "upload-number-shared": Behaviour(
        "device-names-upload/batches-distinct", "an upload gets the batch number of the one before"
    ),
    "upload-produces": Behaviour("device-names-upload/names-only", "an upload produces the devices at once"),
    "upload-repeated-name-crashes": Behaviour(
        "device-names-upload/repeated-name", "a name that stands twice is answered with 500"
    ),
    "upload-existing-name-crashes": Behaviour(
        "device-names-upload/existing-name", "a name that a device bears already is answered with 500"
    ),
    "upload-no-names-crashes": Behaviour("device-names-upload/no-names", "an empty list of names is answered with 500"),
    "upload-serves-unknown-product": Behaviour(
        "device-names-upload/unknown-product", "names are taken for a productKey that no product has"
    ),
    "named-changes-names": Behaviour(
        "named-devices-generate/uploaded-names", "devices bear the uploaded names with a letter added"
    ),
    "named-assigns-names": Behaviour(
        "named-devices-generate/uploaded-names", "devices bear names of the system in place of the uploaded ones"
    ),
    "named-repeats-first": Behaviour(
        "named-devices-generate/uploaded-names", "two devices bear the first of the uploaded names"
    ),
    "named-loses-last": Behaviour("named-devices-generate/amount", "the last of the uploaded names gets no device"),
    "named-not-downloadable": Behaviour(
        "named-devices-generate/downloadable", "the certificates of uploaded names cannot be queried"
    ),
    "named-answers-other-number": Behaviour(
        "named-devices-generate/downloadable", "the number that the production answers belongs to no batch"
    ),
    "named-for-another-product": Behaviour(
        "named-devices-generate/product", "devices with uploaded names are produced for another product"
    ),
    "named-twice-crashes": Behaviour(
        "named-devices-generate/twice", "producing a batch a second time is answered with 500"
    ),
    "named-discards-others": Behaviour(
        "named-devices-generate/other-batches-untouched", "producing one batch discards all others that wait"
    ),
    "named-serves-unknown-batch": Behaviour(
        "named-devices-generate/unknown-batch", "a batchId that no upload gave is answered with success"
    ),
    "named-foreign-product-crashes": Behaviour(
        "named-devices-generate/foreign-product", "a batch of another product is answered with 500"
    ),
}

_CERTIFICATES: Final[Mapping[str, Behaviour]] = {
    "certificates-total-of-page": Behaviour("certificate-list/total", "totalNum is the number of items on the page"),
    "certificates-total-wrong": Behaviour("certificate-list/total", "totalNum is one too high"),
    "certificates-page-from-zero": Behaviour("certificate-list/first-page", "pages of certificates are counted from 0"),
    "certificates-page-ignored": Behaviour("certificate-list/pages-complete", "certificates always answer page 1"),
    "certificates-page-size-ignored": Behaviour(
        "certificate-list/page-size", "a page holds seven certificates, whatever is asked for"
    ),
    "certificates-page-too-long": Behaviour(
        "certificate-list/page-size", "a page holds one certificate more than asked for"
    ),
    "certificates-page-repeats": Behaviour(
        "certificate-list/pages-complete", "each page but the first begins with the last certificate of the page before"
    ),
    "certificates-page-loses": Behaviour(
        "certificate-list/pages-complete", "each page but the first lacks its first certificate"
    ),
    "certificates-beyond-shows-last": Behaviour(
        "certificate-list/beyond-last-page", "a page beyond the last holds the last certificate"
    ),
    "certificates-page-size-zero-crashes": Behaviour(
        "certificate-list/page-size-small", "a page size of less than 1 is answered with 500"
    ),
    "certificates-names-repeat": Behaviour(
        "certificate-list/devices-distinct", "all certificates of a page bear the same deviceName"
    ),
    "certificates-ids-repeat": Behaviour(
        "certificate-list/devices-distinct", "all certificates of a page bear the same iotId"
    ),
    "certificates-devices-shared": Behaviour(
        "devices-generate/batches-distinct", "every batch holds the devices of the first one"
    ),
    "certificates-hold-others": Behaviour(
        "certificate-list/this-batch-only", "the first certificate of a page is that of another batch"
    ),
    "certificates-serve-unknown-batch": Behaviour(
        "certificate-list/unknown-batch", "an unknown batch ID shows the certificates of the first batch"
    ),
    "certificates-change": Behaviour(
        "certificate-list/repeatable", "every query of a certificate shows another deviceSecret"
    ),
    "certificates-secrets-shared": Behaviour(
        "certificate-list/secrets-distinct", "all devices have the same deviceSecret"
    ),
}

_NVR: Final[Mapping[str, Behaviour]] = {
    "nvr-one-less": Behaviour("nvr-devices-generate/amount", "one NVR device less than asked for is produced"),
    "nvr-one-more": Behaviour("nvr-devices-generate/amount", "one NVR device more than asked for is produced"),
    "nvr-no-sub-devices": Behaviour("nvr-devices-generate/sub-devices", "NVR devices have no sub-devices"),
    "nvr-not-downloadable": Behaviour(
        "nvr-devices-generate/downloadable", "the number of an NVR batch leads to no certificates"
    ),
    "nvr-for-another-product": Behaviour(
        "nvr-devices-generate/product", "NVR devices are produced for the product of their sub-devices"
    ),
    "nvr-number-shared": Behaviour(
        "nvr-devices-generate/batches-distinct", "an NVR production gets the batch number of the one before"
    ),
    "nvr-devices-shared": Behaviour(
        "nvr-devices-generate/batches-distinct", "every NVR batch holds the devices of the first one"
    ),
    "nvr-serves-any-product": Behaviour(
        "nvr-devices-generate/nvr-product-only", "NVR devices are produced for any product"
    ),
    "nvr-serves-unknown-product": Behaviour(
        "nvr-devices-generate/unknown-product", "NVR devices are produced for a productKey that no product has"
    ),
    "nvr-total-of-page": Behaviour("nvr-certificate-list/total", "the total is the number of NVR devices on the page"),
    "nvr-total-wrong": Behaviour("nvr-certificate-list/total", "the total is one too high"),
    "nvr-totals-differ": Behaviour("nvr-certificate-list/total", "total and totalNum differ"),
    "nvr-page-from-zero": Behaviour("nvr-certificate-list/first-page", "pages of NVR devices are counted from 0"),
    "nvr-page-ignored": Behaviour("nvr-certificate-list/pages-complete", "NVR certificates always answer page 1"),
    "nvr-page-size-ignored": Behaviour(
        "nvr-certificate-list/page-size", "a page holds seven NVR devices, whatever is asked for"
    ),
    "nvr-page-too-long": Behaviour("nvr-certificate-list/page-size", "a page holds one NVR device more than asked for"),
    "nvr-page-repeats": Behaviour(
        "nvr-certificate-list/pages-complete", "each page but the first begins with the last NVR device before it"
    ),
    "nvr-page-loses": Behaviour(
        "nvr-certificate-list/pages-complete", "each page but the first lacks its first NVR device"
    ),
    "nvr-beyond-shows-last": Behaviour(
        "nvr-certificate-list/beyond-last-page", "a page beyond the last holds the last NVR device"
    ),
    "nvr-names-repeat": Behaviour(
        "nvr-certificate-list/devices-distinct", "all NVR devices of a page bear the same deviceName"
    ),
    "nvr-ids-repeat": Behaviour(
        "nvr-certificate-list/devices-distinct", "all NVR devices of a page bear the same iotId"
    ),
    "nvr-sub-devices-alike": Behaviour(
        "nvr-certificate-list/devices-distinct", "all sub-devices bear the same deviceName"
    ),
    "nvr-ipc-num-wrong": Behaviour("nvr-certificate-list/ipc-num", "ipcNum is one higher than the sub-devices shown"),
    "nvr-page-members-wild": Behaviour("nvr-certificate-list/page-range", "the answer says page 0 of size 235"),
    "nvr-hold-others": Behaviour(
        "nvr-certificate-list/this-batch-only", "the first NVR device of a page is that of another batch"
    ),
    "nvr-serve-unknown-batch": Behaviour(
        "nvr-certificate-list/unknown-batch", "an unknown batch ID shows the certificates of the first NVR batch"
    ),
    "nvr-other-product-crashes": Behaviour(
        "nvr-certificate-list/other-product", "a batch asked for with another product is answered with 500"
    ),
    "nvr-change": Behaviour(
        "nvr-certificate-list/repeatable", "every query of an NVR certificate shows another deviceSecret"
    ),
    "nvr-secrets-shared": Behaviour("nvr-certificate-list/secrets-distinct", "all NVR devices have the same secret"),
}

BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    **_ENVELOPE,
    **_GATEWAY,
    **_PRODUCTS,
    **_PRODUCTION,
    **_CERTIFICATES,
    **_NVR,
}
