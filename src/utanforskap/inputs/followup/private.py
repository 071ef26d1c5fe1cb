"""What every object that holds persons has in common: it stays in the process that made it, and shows nothing."""

from typing import NoReturn

from utanforskap.errors import QuestionError


class Private:
    """What holds persons: it refuses to be pickled, and shows nothing of them."""

    def __reduce__(self) -> NoReturn:
        """Refuse.

        Raises
        ------
        QuestionError
            Always.
        """
        raise QuestionError(
            f"{type(self).__name__} holds persons and cannot be pickled or sent to another process.\n"
            "Evaluate in the process that read them, and keep the results."
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"
