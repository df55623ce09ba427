"""Holds pickup files against what was sent, with Python's own parser and its default policy.

Reads on its standard input a JSON list of { file, dialect, envelope, expected } and writes a JSON list of problems.
"""

import email
import email.header
import email.policy
import email.utils
import hashlib
import json
import re
import sys


def check_octets(data, report):
    if b"\0" in data:
        report("holds a NUL")
    if not data.endswith(b"\r\n"):
        report("does not end with CRLF")
    if not data.count(b"\r\n") == data.count(b"\r") == data.count(b"\n"):
        report("holds a bare CR or LF")
    for number, line in enumerate(data.split(b"\r\n"), 1):
        if len(line) > 998:
            report(f"has {len(line)} octets in line {number}")
        if line.startswith(b"."):
            report(f"begins line {number} with a dot")
        if any(octet > 126 for octet in line):
            report(f"has octets beyond ASCII in line {number}")


def check_defects(part, report, path="mail"):
    """The defects of a part, of its headers, and of all parts below."""
    for defect in part.defects:
        report(f"{path} has the defect {defect!r}")
    for name, value in part.items():
        for defect in value.defects:
            report(f"{path} has the defect {defect!r} in {name}")
    if part.is_multipart():
        for index, child in enumerate(part.iter_parts()):
            check_defects(child, report, f"{path}.{index}")
    else:
        part.get_content()
        for defect in part.defects:
            report(f"{path} has the defect {defect!r} in its content")


def check_envelope(message, data, entry, report):
    envelope, blind = entry["envelope"], entry["expected"]["blind"]
    names = [name.lower() for name in message.keys()]
    head, rest = split_head(data, len(envelope["to"]) + 1)
    if entry["dialect"] == "Iis":
        lines = [f"X-Sender: {envelope['from']}"] + [f"X-Receiver: {to}" for to in envelope["to"]]
        if head != lines:
            report(f"begins with {head} instead of {lines}")
        if names.count("x-sender") != 1 or names.count("x-receiver") != len(envelope["to"]):
            report("has more X-Sender or X-Receiver headers than the envelope")
        if "bcc" in names:
            report("has a Bcc header")
        traces = [address for address in blind if address.encode() in rest]
        if traces:
            report(f"names {traces} outside the envelope")
    else:
        if "x-sender" in names or "x-receiver" in names:
            report("has envelope headers")
        found = [address.addr_spec for field in message.get_all("Bcc", []) for address in field.addresses]
        if names.count("bcc") > 1 or found != blind:
            report(f"has {found} in Bcc instead of {blind}")
        open_ones = [name for name in ("to", "cc", "from", "sender", "reply-to") if name in names]
        named = [address.addr_spec for name in open_ones for address in message[name].addresses]
        if set(named) & set(blind):
            report("names a blind recipient in another header")
        recipients = [address.addr_spec for name in ("to", "cc", "bcc") if name in names for address in message[name].addresses]
        if list(dict.fromkeys(recipients)) != envelope["to"]:
            report(f"is for {recipients} instead of {envelope['to']}")


def split_head(data, lines):
    pieces = data.split(b"\r\n", lines)
    return [piece.decode() for piece in pieces[:lines]], pieces[-1]


def check_headers(message, expected, report):
    names = [name.lower() for name in message.keys()]
    for name in ("from", "date", "message-id", "mime-version"):
        if names.count(name) != 1:
            report(f"has {names.count(name)} headers {name}")
    if message["Date"].datetime is None:
        report("has a Date that is none")
    if "subject" in expected and str(message["Subject"]) != expected["subject"]:
        report(f"has the subject {str(message['Subject'])!r} instead of {expected['subject']!r}")
    if "mailboxes" in expected and "subject" not in expected and "subject" in names:
        report("has a subject that nobody gave")
    for name, mailboxes in expected.get("mailboxes", {}).items():
        found = named_mailboxes(message, name)
        if found != mailboxes:
            report(f"has {found} in {name} instead of {mailboxes}")
    for name, value in expected.get("headers", {}).items():
        if str(message[name]) != value:
            report(f"has {str(message[name])!r} in {name} instead of {value!r}")


def named_mailboxes(message, name):
    """The default policy, in several versions, puts a space between the encoded words of a name and shrinks its blanks."""
    fields = [str(value) for field, value in message.raw_items() if field.lower() == name.lower()]
    raw = [re.sub(r"\r\n(?=[ \t])", "", field) for field in fields]
    return [
        [str(email.header.make_header(email.header.decode_header(display_name))), address]
        for display_name, address in email.utils.getaddresses(raw)
    ]


def check_content(message, expected, report):
    leaves = [part for part in message.walk() if not part.is_multipart()]
    bodies = [part for part in leaves if part.get_content_disposition() is None]
    files = [part for part in leaves if part.get_content_disposition() is not None]
    for kind in ("text", "html"):
        wanted_type = "text/plain" if kind == "text" else "text/html"
        found = [part for part in bodies if part.get_content_type() == wanted_type]
        if kind not in expected:
            continue
        if len(found) != 1:
            report(f"has {len(found)} parts {wanted_type}")
        # A mail always ends with a line end, also where the text did not.
        elif text_of(found[0]) not in (expected[kind], expected[kind] + "\n"):
            report(f"has another {kind}: {text_of(found[0])[:300]!r} instead of {expected[kind][:300]!r}")
    found = sorted((describe(part) for part in files), key=str)
    wanted = sorted(([it["filename"], it["sha256"], it["cid"]] for it in expected["attachments"]), key=str)
    if found != wanted:
        report(f"has the files {found} instead of {wanted}")


def text_of(part):
    return part.get_payload(decode=True).decode("utf-8").replace("\r\n", "\n")


def describe(part):
    cid = part["Content-ID"]
    content = part.get_payload(decode=True)
    return [part.get_filename(), hashlib.sha256(content).hexdigest(), re.sub(r"^<|>$", "", str(cid)) if cid else None]


def main():
    problems = []
    for entry in json.load(sys.stdin):
        def report(problem, entry=entry):
            problems.append(f"{entry['name']} ({entry['dialect']}) {problem}")

        with open(entry["file"], "rb") as file:
            data = file.read()
        check_octets(data, report)
        try:
            message = email.message_from_bytes(data, policy=email.policy.default)
            check_defects(message, report)
            check_envelope(message, data, entry, report)
            check_headers(message, entry["expected"], report)
            check_content(message, entry["expected"], report)
        except Exception as error:  # Whatever the parser cannot stand is a problem of that mail.
            report(f"stops the parser: {type(error).__name__} {error}")
    json.dump(problems, sys.stdout)


main()
