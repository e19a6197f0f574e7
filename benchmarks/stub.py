"""A server that answers a recording: request number n gets the bytes of answer number n. As bare as a server can be."""

from __future__ import annotations

import asyncio
import json
import sys
from base64 import b64decode
from pathlib import Path


class _Stub(asyncio.Protocol):
    """One connection; the position in the recording is shared by all."""

    answers: list[bytes]
    position = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end].lower()
            length = 0
            if (at := head.find(b"content-length:")) >= 0:
                length = int(head[at + 15 :].split(b"\r\n", 1)[0])
            if len(self.buffer) < end + 4 + length:
                return
            self.buffer = self.buffer[end + 4 + length :]
            answer = _Stub.answers[_Stub.position % len(_Stub.answers)]
            _Stub.position += 1
            assert isinstance(self.transport, asyncio.Transport)
            self.transport.write(answer)


async def _serve() -> None:
    _Stub.answers = [b64decode(each) for each in json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))]
    server = await asyncio.get_running_loop().create_server(_Stub, "127.0.0.1", int(sys.argv[1]))
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
