"""The mail server of the tests: takes every mail and writes it as a file.

Usage: smtp_sink.py DIRECTORY

Prints `listening on 127.0.0.1:PORT`. Mails are named 000001.eml, 000002.eml, … in the order in which they came,
and appear whole. The sender and the recipients of the envelope stand on top as X-Envelope-From and X-Envelope-To
(one line each recipient). Two kinds of recipients are refused, so that failures can be tried: local parts that
begin with `refused` for good (550), local parts that begin with `later` for now (451).
"""

import asyncio
import os
import sys

from aiosmtpd.smtp import SMTP


class Sink:
    def __init__(self, directory):
        self.directory = directory
        self.count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused"):
            return "550 5.1.1 No such mailbox"
        if address.startswith("later"):
            return "451 4.3.0 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        lines = [f"X-Envelope-From: {envelope.mail_from}"] + [f"X-Envelope-To: {to}" for to in envelope.rcpt_tos]
        name = os.path.join(self.directory, f"{self.count:06}.eml")
        with open(name + ".part", "wb") as file:
            file.write("".join(line + "\r\n" for line in lines).encode())
            file.write(envelope.original_content)
        os.rename(name + ".part", name)
        return "250 2.0.0 Accepted"


async def main(directory):
    sink = Sink(directory)
    connect = lambda: SMTP(sink, enable_SMTPUTF8=True, hostname="sink.test", data_size_limit=10_000_000)
    server = await asyncio.get_running_loop().create_server(connect, "127.0.0.1", 0)
    print(f"listening on 127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    asyncio.run(main(sys.argv[1]))
