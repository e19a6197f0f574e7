"""The signing and encrypting schemes of the documents, one module each.

Here because a suite that judges other people's cryptography must be able to say what is right, at which step a wrong
value left the path, and which classic mistake explains it. The modules compute; they know nothing of vectors, cases
or verdicts, and must not become a general cryptographic library: DES, MD5 and PKCS#1 v1.5 stand here because the
documents demand them, and nobody should choose them today.

- `envelope`: DES-ECB body and MD5 sign (document envelope.txt)
- `mqtt_client_id`, `mqtt_password`: client id and password of MQTT CONNECT (document huawei.txt, 2.2)
- `rsa_token`: the encrypted token header (document neuroncloud.txt, Token Encryption)
- `gateway`: the API gateway's request signature (field notes; no document demands it)

Each scheme lists its classic mistakes in a module beside it (`envelope_mistakes`, ...): the single source of
`diagnose`, of the invalid vectors and of the deliberately wrong implementations in the tests.
"""
