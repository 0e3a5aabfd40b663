"""What two or more adapters share: the HTTP client, reading what comes back, doing things once."""

from adapters._kit.deadline import within_deadline
from adapters._kit.http import HttpSettings, make_client
from adapters._kit.masking import mask_numbers
from adapters._kit.once import do_once, find_once, stored_request
from adapters._kit.problem import Param, Problem, read_json, read_problem
from adapters._kit.retry_after import read_retry_after
from adapters._kit.roots import ForeignUrl, Roots, check_root
from adapters._kit.sending import Answer, content_of, send
from adapters._kit.uploading import Form, upload

__all__ = [
    "Answer",
    "ForeignUrl",
    "Form",
    "HttpSettings",
    "Param",
    "Problem",
    "Roots",
    "check_root",
    "content_of",
    "do_once",
    "find_once",
    "make_client",
    "mask_numbers",
    "read_json",
    "read_problem",
    "read_retry_after",
    "send",
    "stored_request",
    "upload",
    "within_deadline",
]
