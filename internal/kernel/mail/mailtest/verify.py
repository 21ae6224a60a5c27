# Tells of mails whether their DKIM signatures hold, by dkimpy, which shares no
# code with Foyer. Reads {"records": {name: text}, "mails": [base64]} and says
# whether each holds.
import base64, json, sys

import dkim

asked = json.load(sys.stdin)


def lookup(name, timeout=5):
    text = (asked["records"] or {}).get(name.decode().rstrip("."))
    return None if text is None else text.encode()


json.dump([dkim.verify(base64.b64decode(m), dnsfunc=lookup) for m in asked["mails"]], sys.stdout)
