"""The errors that the API answers with, as https://www.twilio.com/docs/api/errors lists them."""

from typing import Final

from aiohttp import web

_MEANINGS: Final[dict[int, tuple[int, str]]] = {
    13225: (400, "Calls to this number are blocked"),
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource was not found"),
    20429: (429, "Too Many Requests"),
    21205: (400, "Url parameter is required"),
    21210: (400, "'From' phone number not verified"),
    21211: (400, "Invalid 'To' Phone Number"),
    21213: (400, "Caller phone number is required"),
    21215: (400, "Account not authorized to call the number"),
    21219: (400, "'To' phone number not verified"),
    21408: (400, "Permission to send an SMS has not been enabled for the region"),
    21602: (400, "Message body is required"),
    21603: (400, "A 'From' phone number is required"),
    21604: (400, "A 'To' phone number is required"),
    21606: (400, "The 'From' phone number is not a valid message-capable number"),
    21608: (400, "The number is unverified. Trial accounts cannot send messages to unverified numbers"),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21611: (400, "This 'From' number has exceeded the maximum number of queued messages"),
    21612: (400, "The 'To' phone number is not currently reachable using the 'From' phone number"),
    21614: (400, "'To' number is not a valid mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    21701: (404, "The Messaging Service does not exist"),
    90007: (400, "Validity period is out of range"),
}


class Refused(Exception):
    """A request that the API does not take."""

    def __init__(self, code: int, *, http: int | None = None, retry_after_s: int | None = None) -> None:
        status, words = _MEANINGS.get(code, (400, "Refused as scripted"))
        super().__init__(words)
        self.code, self.http, self.retry_after_s = code, http or status, retry_after_s

    def answer(self) -> web.Response:
        body = {
            "code": self.code,
            "message": str(self),
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.http,
        }
        headers = {} if self.retry_after_s is None else {"Retry-After": str(self.retry_after_s)}
        return web.json_response(body, status=self.http, headers=headers)
