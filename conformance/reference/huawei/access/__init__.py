"""Chapter 2: the platform's side towards devices, MQTT 3.1.1 over TLS on the broker of `conformance.mqtt`.

The gateway takes connections in a thread of its own; whatever it asks of the platform it asks under the service's lock, as
calls of applications do.
"""
