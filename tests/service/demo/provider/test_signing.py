"""The signature, checked against the library that verifies it."""

from twilio.request_validator import RequestValidator

from service.demo.provider.signing import signature


def test_the_signature_is_the_one_the_library_expects() -> None:
    """Our own HMAC and the provider's library agree on address, query and sorted fields."""
    url, fields = (
        "https://lamplit.example/twilio/status?n=07.a&m=b",
        {"To": "+44", "Body": "Zoë 👍", "AccountSid": "AC1"},
    )
    assert RequestValidator("secret").validate(url, fields, signature("secret", url, fields))
    assert not RequestValidator("secret").validate(url, fields, signature("wrong", url, fields))
