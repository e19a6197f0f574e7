"""MQTT 3.1.1: a codec that names what is wrong, and a broker that misbehaves on demand.

A library for MQTT hides what a judge must see: it repairs, refuses or swallows malformed packets and shows no bytes. Here
the codec (`parser`, `decode`, `encode`) touches no socket, keeps every raw byte and names the statement of the standard
that a packet violates (`statements`); `conduct` does the same for the order of packets. The broker stands on it: scripted
per session (`script`), asked by hooks, and recording whatever passes (`record`). This package knows no platform, gives no
verdict and must not become a broker for production: nothing here survives a restart or scales past one process.
"""
