"""Documents beside messages (claim check): the content in a blob store, the rest in the store."""

from continuity.documents.blobs import Blobs, in_folder, in_s3
from continuity.documents.collecting import Collector
from continuity.documents.errors import (
    BlobGone,
    BlobsFull,
    BlobsUnavailable,
    ContentDiffers,
    ContentRefused,
    ContentTooLarge,
    ContentTooSlow,
    UploadsBusy,
)
from continuity.documents.library import Announced, DocumentLibrary

__all__ = [
    "Announced",
    "BlobGone",
    "Blobs",
    "BlobsFull",
    "BlobsUnavailable",
    "Collector",
    "ContentDiffers",
    "ContentRefused",
    "ContentTooLarge",
    "ContentTooSlow",
    "DocumentLibrary",
    "UploadsBusy",
    "in_folder",
    "in_s3",
]
