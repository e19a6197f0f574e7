"""Captured requests of public clients to a gateway: key `AK123`, secret `SECRET456` and tokens are invented.

Headers that no signature covers (Host, Connection and the like) are left out; order and spelling of the others are as sent.
"""

from __future__ import annotations

from typing import Any, Final

CAPTURES: Final[tuple[dict[str, Any], ...]] = (
    {
        "name": "python-sdk",
        "comment": "alibabacloud-iot-api-gateway (Python), with Date and lower-case headers.",
        "target": "/cloud/thing/productList/get",
        "headers": [
            ["date", "Fri, 20 Nov 2026 10:06:38 GMT"],
            ["x-ca-nonce", "8d8d449346dfbd2ef02fedabcbf46fc5"],
            ["x-ca-key", "AK123"],
            ["x-ca-signaturemethod", "HmacSHA256"],
            ["accept", "application/json"],
            ["user-agent", "AlibabaCloud (Linux; x86_64) Python/3.11.7 Core/0.4.3 TeaDSL/1"],
            ["content-type", "application/octet-stream"],
            ["content-md5", "VWULd1Uuy9WeLkGd6g858A=="],
            ["x-ca-signature-headers", "x-ca-key,x-ca-nonce,x-ca-signaturemethod"],
            ["x-ca-signature", "6yj722JvlUNawBGKFmCPeuUDoy9se54RsNf4qc5ioV4="],
        ],
        "body": '{"id":"1508232047194","version":"1.0","params":{"pageNo":1,"pageSize":10},"request":{"apiVer":"1.1.0","cloudToken":"tok"}}',  # noqa: E501 - one text as sent
    },
    {
        "name": "node-sdk",
        "comment": "aliyun-api-gateway (Node), with a stage.",
        "target": "/cloud/thing/productList/get",
        "headers": [
            ["x-ca-timestamp", "1795169269554"],
            ["x-ca-key", "AK123"],
            ["x-ca-nonce", "67af5a59-c3b1-4c31-8527-85f306e390ea"],
            ["x-ca-stage", "RELEASE"],
            ["accept", "application/json"],
            ["content-type", "application/json"],
            ["content-md5", "7nLoaM25XGWLao+jx8JURQ=="],
            ["x-ca-signature-headers", "x-ca-key,x-ca-nonce,x-ca-stage,x-ca-timestamp"],
            ["x-ca-signature", "XBl5/w2LEtXNeuhW4bo4ZKqNMXrcvG6dstd9T5YvSsk="],
            ["user-agent", "aliyun-api-gateway/1.1.6 Node.js/v20.20.2"],
        ],
        "body": '{"id":"1508232047194","version":"1.0","request":{"apiVer":"1.1.0","cloudToken":"tok"},"params":{"pageNo":1,"pageSize":10}}',  # noqa: E501 - one text as sent
    },
    {
        "name": "feiyan-token",
        "comment": "feiyan_py3 (Python), fetching a token; mixed-case headers.",
        "target": "/cloud/token",
        "headers": [
            ["User-Agent", "python-requests/2.34.2"],
            ["Accept", "application/json"],
            ["X-Ca-Timestamp", "1795169463733"],
            ["X-Ca-Key", "AK123"],
            ["X-Ca-Nonce", "eddf3fa1-3894-4a1f-a433-710754a7e65e"],
            ["Content-Type", "application/json"],
            ["Content-MD5", "R5A2UWueMe80TuS2c3FsJg=="],
            ["X-Ca-Signature-Headers", "X-Ca-Key,X-Ca-Nonce,X-Ca-Timestamp"],
            ["X-Ca-Signature", "H2YmDXkHcWKa/nP3DDxNEIBjFRVdYPOcdDqwp9rB1RM="],
        ],
        "body": '{"id": 1795169463733278, "version": "1.0", "request": {"apiVer": "1.0.0", "cloudToken": null}, "params": '
        '{"grantType": "project", "res": "a123"}}',
    },
    {
        "name": "feiyan-list",
        "comment": "feiyan_py3 (Python), listing products.",
        "target": "/cloud/thing/productList/get",
        "headers": [
            ["User-Agent", "python-requests/2.34.2"],
            ["Accept", "application/json"],
            ["X-Ca-Timestamp", "1795169463736"],
            ["X-Ca-Key", "AK123"],
            ["X-Ca-Nonce", "81c0a4c6-7330-4f60-aaf7-7a10e65458de"],
            ["Content-Type", "application/json"],
            ["Content-MD5", "y59602XLRLVTATG8tm+2MQ=="],
            ["X-Ca-Signature-Headers", "X-Ca-Key,X-Ca-Nonce,X-Ca-Timestamp"],
            ["X-Ca-Signature", "JTEh22kp/ZCWDZf2Zxk8tn0wNWGTI3xHge0kScac6Vw="],
        ],
        "body": '{"id": 1795169463736782, "version": "1.0", "request": {"apiVer": "1.0.0", "cloudToken": "tok"}, "params": '
        '{"productInfoQuery": {"pageNo": 1, "pageSize": 10}}}',
    },
)
