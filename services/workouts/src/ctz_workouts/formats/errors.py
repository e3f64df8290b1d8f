"""What is wrong with a file, in words for the rider."""

from typing import ClassVar


class FormatError(Exception):
    """Something cannot be read; the message says what is wrong and what to do about it."""

    reason: ClassVar[str] = "FILE_UNREADABLE"
    said: ClassVar[str] = "This cannot be read. Export it again from the app or device that made it, then send that."

    def __init__(self, place: str = "") -> None:
        """Keep where it was: a file within a zip, or a line; empty for the whole file."""
        super().__init__(self.said)
        self.place = place


class NotAWorkoutFile(FormatError):
    """The content is of no format that can be read, whatever the file is called."""

    reason = "FORMAT_UNKNOWN"
    said = "This is no workout file. FIT, TCX, GPX, Peloton's CSV, and a zip of such files can be read."


class EntryPassedOver(FormatError):
    """A file within a zip that is of no format that can be read."""

    reason = "ENTRY_PASSED_OVER"
    said = "This is no workout file and was passed over. Nothing has to be done."


class FileDamaged(FormatError):
    """The format is known, and its bytes contradict themselves."""

    reason = "FILE_DAMAGED"
    said = "The file is damaged or cut off. Download it again from the app or device that made it, then send that."


class NothingInIt(FormatError):
    """The file is whole, and there is no workout in it."""

    reason = "NO_WORKOUT"
    said = "There is no workout in this file: it may hold a course, settings or health data. Nothing has to be done."


class TooMuchInIt(FormatError):
    """The file asks for more than one may."""

    reason = "FILE_TOO_LARGE"
    said = "This holds more than can be read at once. Split it into smaller files, then send those."


class TimesUnbelievable(FormatError):
    """The clock of the device was wrong, or the workout lasts for days."""

    reason = "TIMES_UNBELIEVABLE"
    said = "Its times cannot be: they lie before 1990, in the future, or days apart. Enter the workout by hand instead."


class XmlRefused(FormatError):
    """The document declares entities or a document type, which no workout needs."""

    reason = "XML_REFUSED"
    said = "The file declares XML entities, which are not read. Export it again from the app that made it."


class NestedZip(FormatError):
    """A zip in a zip."""

    reason = "ZIP_IN_ZIP"
    said = "This is a zip within the zip. Unpack it and send it by itself."


class ZipLocked(FormatError):
    """An entry that needs a password, or is packed in a way that nobody here unpacks."""

    reason = "ZIP_LOCKED"
    said = "It is encrypted or packed in an unusual way. Pack it again as a plain zip."


class RowUnreadable(FormatError):
    """A row of a CSV lacks its time, its length, or something that makes it a workout."""

    reason = "ROW_UNREADABLE"
    said = "This row has no time or length that can be read. Correct it in the file, or enter the workout by hand."


class TookTooLong(FormatError):
    """Reading it took more time or memory than a file may."""

    reason = "READING_STOPPED"
    said = "Reading it took too much time or memory and was stopped. Send it by itself, or export it again."
