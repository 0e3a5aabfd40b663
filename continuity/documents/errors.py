"""What can go wrong with the content of a document. The texts are sentences for people."""

from __future__ import annotations


class BlobsUnavailable(Exception):
    """The folder or bucket cannot be used now; nothing of the call is kept. Try again later."""


class BlobsFull(BlobsUnavailable):
    """There is no room for the content: make room, or store documents elsewhere."""


class BlobGone(Exception):
    """There is nothing at this location, or less than was written there."""


class ContentRefused(Exception):
    """What was sent is not what was announced: nothing is kept, and the sender must correct it."""


class ContentDiffers(ContentRefused):
    """The content has another SHA-256 or another size than the sender said."""


class ContentTooSlow(ContentRefused):
    """The sender kept others waiting for their turn: send it again when it is calmer."""


class UploadsBusy(Exception):
    """No turn came free in time; nothing was read. Try again later."""


class ContentTooLarge(ContentRefused):
    """The content is larger than the hub takes."""
