"""What can go wrong, told in one clear sentence with the next step."""


class LifecycleError(Exception):
    """Base of every error whose message may be shown to a person as it is."""


class NotFound(LifecycleError):
    """Nothing of that name exists, or the asker may not know that it does."""


class Invalid(LifecycleError):
    """The input cannot be understood; the message says which part and what would be accepted."""


class Conflict(LifecycleError):
    """The same thing was already done, or is being done, by somebody else."""


class Refused(LifecycleError):
    """The asker is not who they must be: bad signature, expired or foreign token, wrong role."""


class Unavailable(LifecycleError):
    """A part we depend on does not answer now; nothing was stored, trying again later is safe."""


def places(error: BaseException) -> str:
    """The type of an error and its places in the code, innermost first; not its message, which may quote a customer."""
    frames: list[str] = []
    trace = error.__traceback__
    while trace is not None:
        frames.append(f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return f"{type(error).__name__} at {' < '.join(reversed(frames[-8:]))}"
