"""What a request can be refused for: each kind says its HTTP status, what is wrong and what to do next."""

from __future__ import annotations

from lookfeel.errors import LookfeelError


class WebError(LookfeelError):
    """Base of what only a web client meets."""

    code = "web"
    exit_code = 4
    http_status = 400
    default_hint = "Go back, reload the page and try again."


class NotFound(WebError):
    """There is no such thing, or it belongs to somebody else: both look the same."""

    code = "not_found"
    http_status = 404
    default_hint = "Check the address, or start from the first page."

    def __init__(self, message: str = "There is nothing at this address.", *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)


class SignInFirst(WebError):
    """Nobody is signed in."""

    code = "sign_in_first"
    http_status = 401
    default_hint = "Sign in with the passphrase that the server printed."


class LoginFailed(WebError):
    """A wrong name or passphrase."""

    code = "login_failed"
    http_status = 401


class Forbidden(WebError):
    """The request did not come from a page of ours, or was left open for too long."""

    code = "forbidden"
    http_status = 403


class Stalled(WebError):
    """The sender stopped sending."""

    code = "stalled"
    http_status = 408


class Conflict(WebError):
    """The thing is not in the state that the request takes it to be in."""

    code = "conflict"
    http_status = 409


class TooLarge(WebError):
    """More bytes than we take."""

    code = "too_large"
    http_status = 413
    default_hint = "Trim the clip to the set on the phone and send it again."


class Locked(WebError):
    """Somebody else is writing to it."""

    code = "locked"
    http_status = 423
    default_hint = "Try again in a few seconds."


class TooMany(WebError):
    """Too much at once, or too often."""

    code = "too_many"
    http_status = 429
    default_hint = "Wait a little and try again."


class DiskFull(WebError):
    """The server has no room for it."""

    code = "disk_full"
    http_status = 507
    default_hint = "Delete old sets, or make room on the server's disk."


class Cancelled(WebError):
    """The athlete took it back."""

    code = "cancelled"
    http_status = 409
    default_hint = "Measure it again whenever you like, or delete it."


class WorkerDied(WebError):
    """The analysis ended without an answer."""

    code = "worker_died"
    http_status = 500
    default_hint = "Film it again or send another clip; if it happens with every clip, run 'lookfeel doctor'."
