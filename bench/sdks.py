"""Many SDKs, each with a connection of its own, that ask for a config once a minute.

python sdks.py PORT PATH NUMBER

Says `connected` when all have asked for the first time; at the next line on standard input it stops and says what it has measured.
"""

import asyncio
import json
import random
import re
import resource
import sys
import time

PAUSE = 60


class Sdk:
    """Asks with the ETag that it was given last."""

    def __init__(self, reader, writer):
        self.reader, self.writer, self.etag = reader, writer, None

    async def ask(self, path):
        known = f"If-None-Match: {self.etag}\r\n" if self.etag else ""
        agent = "X-ConfigCat-UserAgent: ConfigCat-Python/a-10.0.1\r\n"
        self.writer.write(f"GET {path} HTTP/1.1\r\nHost: burgee\r\n{agent}{known}\r\n".encode())
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        status = int(head.split(" ", 2)[1])
        self.etag = re.search(r"(?i)^etag: (.*?)\r$", head, re.M).group(1)
        if status == 200:
            await self.reader.readexactly(int(re.search(r"(?i)^content-length: (\d+)\r$", head, re.M).group(1)))
        return status


async def main(port, path, number):
    random.seed(1)
    times, failed = [], 0
    gate = asyncio.Semaphore(100)

    async def connect():
        async with gate:
            sdk = Sdk(*await asyncio.open_connection("127.0.0.1", port, limit=32 * 1024))
            await sdk.ask(path)
            return sdk

    sdks = await asyncio.gather(*(connect() for _ in range(number)))
    print("connected", flush=True)

    async def poll(sdk):
        nonlocal failed
        await asyncio.sleep(random.random() * PAUSE)
        while True:
            began = time.perf_counter()
            if await sdk.ask(path) != 304:
                failed += 1
            times.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(PAUSE)

    began = time.monotonic()
    polls = [asyncio.create_task(poll(sdk)) for sdk in sdks]
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    seconds = time.monotonic() - began
    failed += sum(1 for task in polls if task.done())
    times.sort()
    at = lambda share: times[min(int(len(times) * share), len(times) - 1)] if times else 0
    print(json.dumps({"asked": len(times), "failed": failed, "rate": len(times) / seconds, "p50": at(0.5), "p99": at(0.99)}), flush=True)
    for task in polls:
        task.cancel()


resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
asyncio.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
