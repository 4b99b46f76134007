"""A frame that says it has a number in it has too few bytes for one: struct.error.

Class: hex, lengths, checksum
Operation: POST /frames
Checks: not_a_server_error
Found by: bytes in hex: a mark, a kind, their length, and what all of them come to with exclusive or
"""

import struct
from functools import reduce
from operator import xor

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from corpus.documents import answers, documented

HEX = {"name": "X-Frame", "in": "header", "schema": {"type": "string"}}
TAKE = {"post": {"parameters": [HEX], "responses": answers({"type": "integer"}, s409="No frame")}}
MARK, TEXT, NUMBER = 0xA5, 1, 4


def create_app(fixed: bool) -> Starlette:
    def payload(frame: bytes) -> bytes:
        if len(frame) < 5 or frame[0] != MARK or frame[2] != len(frame) - 4:
            raise ValueError
        if reduce(xor, frame[1:]) != 0:
            raise ValueError
        return frame[3:-1]

    def take(request: Request) -> Response:
        try:
            frame = bytes.fromhex(request.headers.get("x-frame", ""))
            content = payload(frame)
        except ValueError:
            return Response(status_code=409)
        if frame[1] == TEXT:
            return JSONResponse(len(content))
        if frame[1] == NUMBER:
            if fixed:
                content = content[:4].rjust(4, b"\0")
            return JSONResponse(struct.unpack_from(">I", content)[0])
        return JSONResponse(0)

    return documented("Frames", {"/frames": TAKE}, Route("/frames", take, methods=["POST"]))
