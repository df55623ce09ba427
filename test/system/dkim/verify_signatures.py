"""Verifies the DKIM signatures of a mail with dkimpy, without the network.

usage: verify_signatures.py KEYS < MAIL

KEYS is a file of lines "name record": the TXT records that the DNS would have. Prints a JSON list: for each signature whether
it holds.
"""

import json
import sys

import dkim


def main() -> None:
    with open(sys.argv[1], encoding="ascii") as file:
        records = dict(line.rstrip("\n").split(" ", 1) for line in file)

    def text_record(name, timeout=5):
        name = name.decode() if isinstance(name, bytes) else name
        return records[name.rstrip(".")].encode()

    mail = sys.stdin.buffer.read()
    signatures = sum(
        1 for name, _ in dkim.DKIM(mail).headers if name.lower() == b"dkim-signature"
    )
    results = []
    for index in range(signatures):
        try:
            results.append(dkim.DKIM(mail).verify(idx=index, dnsfunc=text_record))
        except dkim.DKIMException:
            results.append(False)
    print(json.dumps(results))


main()
