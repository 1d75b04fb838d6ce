"""X-Twilio-Signature."""

import base64
import hashlib
import hmac
from collections.abc import Mapping


def signature(token: str, url: str, params: Mapping[str, str]) -> str:
    """Base64 of HMAC-SHA1 over the address and the sorted fields
    (https://www.twilio.com/docs/usage/security#validating-requests). Written here, not taken from the client's
    library, so that one mistake cannot agree with itself."""
    signed = url + "".join(name + params[name] for name in sorted(params))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()
