"""MQTT 3.1.1: the codec, the conduct of peers, the broker, and what other people's programs think of them."""
