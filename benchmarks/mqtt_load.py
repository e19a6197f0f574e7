"""Devices by the thousand in one process of their own: bounded in number and time, on loopback only.

`python -m benchmarks.mqtt_load PORT CA_FILE CONNECTIONS AT_ONCE WINDOW SECONDS` connects so many devices, `AT_ONCE` of them at
a time, then lets each publish at QoS 1 with up to `WINDOW` messages open for so many seconds, and prints one line of JSON.
With a window of 0 each device sends one PINGREQ instead.
"""

from __future__ import annotations

import asyncio
import json
import resource
import ssl
import sys
import time
from pathlib import Path
from typing import Final

from conformance.mqtt.encode import encode
from conformance.mqtt.packets import Connect, Pingreq, Publish
from conformance.mqtt.tls import TlsError, TlsStream, client_context

LONGEST_S: Final = 120
"""The process ends by itself after this time, whatever the broker does."""
PAYLOAD: Final = json.dumps(
    {
        "msgType": "deviceReq",
        "data": [{"serviceId": "Battery", "serviceData": {"batteryLevel": 75}, "eventTime": "20160503T121540Z"}],
    },
    separators=(",", ":"),
).encode()
CONNACK, PUBACK_OR_PINGRESP = 4, {True: 4, False: 2}
"""Lengths of the packets that are awaited; their content is the business of the tests."""


class Device(asyncio.BufferedProtocol):
    """Counts the bytes of answers: as light as a client can be, because the broker is what is measured."""

    buffer = memoryview(bytearray(65536))

    def __init__(self, number: int, context: ssl.SSLContext, window: int) -> None:
        self.number = number
        self.tls = TlsStream(context, server_side=False, server_hostname="127.0.0.1")
        self.connected: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.greeted = self.running = False
        self.awaited = 0
        self.acknowledged = 0
        self.size = PUBACK_OR_PINGRESP[bool(window)]
        topic = f"/devices/device-{number:05d}/data/json"
        messages = [encode(Publish(topic, PAYLOAD, 1, identity + 1)) for identity in range(window)]
        self.batch = b"".join(messages) or encode(Pingreq())
        self.per_batch = max(1, window)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._flush()

    def get_buffer(self, sizehint: int) -> memoryview:
        del sizehint
        return self.buffer

    def buffer_updated(self, nbytes: int) -> None:
        try:
            data = self.tls.receive(bytes(self.buffer[:nbytes]))
        except TlsError as error:
            self._fail(error)
            return
        if self.tls.established and not self.greeted:
            self.greeted = True
            self.tls.send(encode(Connect(f"device-{self.number:05d}", keep_alive=300, username="u", password=b"p")))
            self.awaited = CONNACK
        self._flush()
        if data:
            self._answered(len(data))

    def _answered(self, length: int) -> None:
        self.awaited -= length
        if self.awaited:
            return
        if not self.connected.done():
            self.connected.set_result(None)
            return
        self.acknowledged += self.per_batch
        if self.running:
            self.send()
        elif not self.finished.done():
            self.finished.set_result(None)

    def send(self) -> None:
        self.awaited = self.size * self.per_batch
        self.tls.send(self.batch)
        self._flush()

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(exc or ConnectionError("closed by the broker"))

    def _fail(self, error: Exception) -> None:
        for each in (self.connected, self.finished):
            if not each.done():
                each.set_exception(error)
                each.exception()  # told by whoever awaits it, silent otherwise

    def _flush(self) -> None:
        data = self.tls.outgoing()
        if data:
            self.transport.write(data)


async def main(port: int, ca_file: str, connections: int, at_once: int, window: int, seconds: float) -> None:
    loop = asyncio.get_running_loop()
    context = client_context(Path(ca_file).read_text(encoding="ascii"))
    free = asyncio.Semaphore(at_once)

    async def connect(number: int) -> Device:
        async with free:
            _, device = await loop.create_connection(lambda: Device(number, context, window), "127.0.0.1", port)
            await device.connected
            return device

    started = time.perf_counter()
    devices = await asyncio.gather(*(connect(number) for number in range(connections)))
    connected_s = time.perf_counter() - started
    started = time.perf_counter()
    for device in devices:
        device.running = bool(seconds)
        device.send()
    if seconds:
        await asyncio.sleep(seconds)
        for device in devices:
            device.running = False
    await asyncio.gather(*(device.finished for device in devices))
    ran_s = time.perf_counter() - started
    answers = sum(device.acknowledged for device in devices)
    print(json.dumps({"connected_s": connected_s, "ran_s": ran_s, "answers": answers}), flush=True)
    sys.stdin.readline()  # the connections are held until the parent has looked
    for device in devices:
        device.transport.abort()


if __name__ == "__main__":
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 20_000) if hard > 0 else 20_000, hard))
    arguments = sys.argv[1:]
    asyncio.run(
        asyncio.wait_for(
            main(int(arguments[0]), arguments[1], *map(int, arguments[2:5]), float(arguments[5])), LONGEST_S
        )
    )
