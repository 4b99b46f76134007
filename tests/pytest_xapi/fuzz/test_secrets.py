"""Secrets are in nothing that a run shows, writes or stores: whatever they are, wherever they stand."""

from __future__ import annotations

import html
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from pytest_xapi.fuzz.collection import store
from pytest_xapi.fuzz.model.cases import Parts
from pytest_xapi.fuzz.model.findings import Exchange, Finding
from pytest_xapi.fuzz.model.redaction import Redactor
from pytest_xapi.fuzz.model.wire import WireRequest, WireResponse
from pytest_xapi.fuzz.reporting import snippets

VAULT = {
    "bearer": "tok_Zx81kkQv77LmPq",
    "password": "pa55:W0rd \"&'<x>",
    "header": "hdr-key-%41/+=?&'\"<x>",
    "query": 'qry key/+&=%"\u00e9',
    "cookie": "cookie-8d7f6a5s",
    "form": "f0rm pass'w&rd",
    "json": 'js0n "token" \\ \u00e9',
    "session": "sess-1122334455",
    "minted": "minted-0f9e8d7c6b5a",
    "database": "dbpw9876",
    "signing": "declared-signing-key",
}
"""The app and the fixtures read it from a file: in their source the secrets would be lines of tracebacks."""
SHOP = """
    import json, logging, warnings
    from pathlib import Path
    from typing import Annotated

    from pydantic import BaseModel
    from starlette.responses import JSONResponse
    from xapi import XAPI, Form, HTTPException, Request, Security
    from xapi.security import (
        APIKeyCookie, APIKeyHeader, APIKeyQuery, HTTPAuthorizationCredentials, HTTPBasic,
        HTTPBasicCredentials, HTTPBearer,
    )

    VAULT = json.loads((Path(__file__).parent / "vault.json").read_text(encoding="utf-8"))
    app = XAPI()
    AUTH = {401: {}, 403: {}}
    Bearer = Annotated[HTTPAuthorizationCredentials, Security(HTTPBearer())]
    made = {}

    @app.get("/bearer", responses=AUTH)
    def bearer(user: Bearer, n: int = 0) -> int:
        if not user.credentials.startswith(VAULT["bearer"][:-1]):
            raise HTTPException(401)
        if n > 3:
            raise RuntimeError(f"failed for {user.credentials}, which begins with {user.credentials[:10]}...")
        return 1

    @app.get("/basic", responses=AUTH)
    def basic(request: Request, user: Annotated[HTTPBasicCredentials, Security(HTTPBasic())]) -> int:
        if not user.password.startswith(VAULT["password"][:-1]):
            raise HTTPException(401)
        print("printed", user.password)
        logging.getLogger("shop").error("logged %s", request.headers["authorization"])
        warnings.warn(f"warned of {user.password}")
        raise RuntimeError(f"{user!r} {request.headers['authorization']}")

    @app.get("/header", responses=AUTH)
    def header(key: Annotated[str, Security(APIKeyHeader(name="X-Key"))]) -> dict[str, int]:
        return JSONResponse({"n": "bad", "key": key, "again": f"<{key}>"})

    @app.get("/query", responses=AUTH)
    def query(request: Request, key: Annotated[str, Security(APIKeyQuery(name="key"))]) -> int:
        return JSONResponse({"url": str(request.url), "key": key})

    @app.get("/cookie", responses=AUTH)
    def cookie(request: Request, key: Annotated[str, Security(APIKeyCookie(name="sid"))]) -> int:
        raise KeyError(request.headers["cookie"])

    @app.post("/login")
    def login(name: Annotated[str, Form()], password: Annotated[str, Form()]) -> int:
        answer = JSONResponse({"access_token": VAULT["minted"], "echo": password})
        answer.set_cookie("session", VAULT["session"], httponly=True)
        return answer

    class Payment(BaseModel):
        token: str
        amount: int = 1

    @app.post("/payments")
    def pay(payment: Payment) -> int:
        return payment.amount // (payment.token != VAULT["json"])

    @app.get("/failing")
    def failing() -> int:
        raise RuntimeError(f"postgres://app:{VAULT['database']}@host/x, signed with {VAULT['signing']}")

    class Note(BaseModel):
        text: str

    @app.post("/notes", status_code=201, responses=AUTH)
    def create(note: Note, user: Bearer) -> dict[str, str]:
        made[f"n{len(made)}"] = note
        return {"note_id": f"n{len(made) - 1}"}

    @app.get("/notes/{note_id}", responses=AUTH | {404: {}})
    def read(note_id: str, user: Bearer) -> int:
        if note_id not in made:
            raise HTTPException(404)
        raise RuntimeError
"""
CONFTEST = """
    import json
    from pathlib import Path

    import pytest

    VAULT = json.loads((Path(__file__).parent / "vault.json").read_text(encoding="utf-8"))

    @pytest.fixture
    def xapi_auth():
        return {
            "HTTPBearer": VAULT["bearer"],
            "HTTPBasic": ("ada", VAULT["password"]),
            "APIKeyHeader": VAULT["header"],
            "APIKeyQuery": VAULT["query"],
            "APIKeyCookie": VAULT["cookie"],
        }

    @pytest.fixture
    def xapi_secrets():
        return [VAULT["signing"]]

    @pytest.fixture
    def xapi_case():
        def adjust(case):
            if case.operation == "POST /login" and isinstance(case.body, dict):
                case.body["password"] = VAULT["form"]
            if case.operation == "POST /payments" and isinstance(case.body, dict):
                case.body["token"] = VAULT["json"]
        return adjust
"""
FORMS = ("json:out/r.json", "html:out/r.html", "har:out/r.har", "markdown:out/r.md", "sarif:out/r.sarif")
ARGUMENTS = (
    "--xapi-fuzz",
    "--xapi-fuzz-only",
    "--xapi-max-examples=5",
    "--xapi-fuzz-profile=quick",
    "--xapi-fuzz-phase=replay",
    "--xapi-fuzz-phase=boundary",
    "--xapi-fuzz-phase=stateful",
    *(f"--xapi-report={form}" for form in FORMS),
    "--xapi-report=github",
    "--xapi-write-regressions=found",
    "--xapi-fuzz-baseline=accepted.toml",
    "--xapi-fuzz-baseline-update",
    "--junitxml=out/junit.xml",
    "-o",
    "junit_logging=all",
    "--showlocals",
    "-rA",
)


def texts_of(secret: str) -> set[str]:
    """The forms under which a secret may be met, written down here once more, by other means."""
    escaped = json.dumps(secret)
    return {
        secret,
        secret[:-1],
        secret[: max(8, len(secret) // 2)],
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        quote(secret, safe="").replace("%2F", "%2f"),
        escaped[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        json.dumps(escaped)[3:-3],
        repr(secret)[1:-1],
        repr(secret.encode())[2:-1],
        html.escape(secret),
        html.escape(secret).replace("&quot;", "&#34;").replace("&#x27;", "&#39;"),
        secret.replace("'", "'\"'\"'"),
        b64encode(secret.encode()).decode()[:-4],
    }


def all_texts(folder: Path) -> Iterator[tuple[str, str]]:
    """What is in the files of a run, also packed into keys and in base64."""
    for file in folder.rglob("*"):
        if (
            not file.is_file()
            or file.name in ("vault.json", "shop.py", "conftest.py")
            or file.suffix == ".pyc"
        ):
            continue
        text = file.read_bytes().decode(errors="replace")
        yield str(file), text
        for key in set(re.findall(r"\bx1-[\w-]+", text)):
            yield f"{file}, {key}", json.dumps(store.failure_of(key, folder), ensure_ascii=False)
        for packed in set(re.findall(r'"(?:base64|\$bytes|\$raw)": "([^"]+)"', text)):
            yield f"{file}, base64", b64decode(packed).decode(errors="replace")


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["one process", "two workers"])
def test_no_output_of_a_run_has_a_secret_in_any_form(
    app_module: Any, pytester: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    app_module(SHOP)
    pytester.makeconftest(CONFTEST)
    (pytester.path / "vault.json").write_text(json.dumps(VAULT), encoding="utf-8")
    for again in ("first",) if workers else ("first", "replayed"):
        run = pytester.runpytest_subprocess(*ARGUMENTS, *workers, timeout=400)
        output = f"{run.stdout}\n{run.stderr}"
        (pytester.path / f"{again}.txt").write_text(output, encoding="utf-8")
        (pytester.path / "accepted.toml").unlink()
        for operation in (
            "/bearer",
            "/basic",
            "/header",
            "/query",
            "/cookie",
            "/login",
            "/payments",
            "/failing",
        ):
            assert re.search(rf"^(error|warning) XF\d+ \w+ {operation}\b", output, re.MULTILINE), operation
        assert re.search(r"^error XF101 GET /notes/{note_id}: Server error", output, re.MULTILINE)
    secrets = dict(VAULT)
    for name, pair in {"pair": ("ada", VAULT["password"]), "cut": ("ada", VAULT["password"][:-1])}.items():
        secrets[name] = b64encode(":".join(pair).encode()).decode()
    found = {
        (place, name)
        for place, text in all_texts(pytester.path)
        for name, secret in secrets.items()
        if any(form in text for form in texts_of(secret))
    }
    assert found == set()


def test_a_request_that_ends_the_process_is_shown_without_its_secrets(
    app_module: Any, pytester: pytest.Pytester
) -> None:
    app_module(
        """
        import os
        from typing import Annotated
        from xapi import XAPI, Security
        from xapi.security import APIKeyHeader

        app = XAPI()

        @app.get("/exit", responses={401: {}})
        def leave(key: Annotated[str, Security(APIKeyHeader(name="X-Key"))]) -> int:
            os._exit(3)
        """
    )
    pytester.makeconftest(
        "import pytest\n\n@pytest.fixture\ndef xapi_auth():\n    return {'APIKeyHeader': 'key-5f4d3c2b1a'}\n"
    )
    run = pytester.runpytest_subprocess(
        "--xapi-fuzz", "--xapi-fuzz-isolate", "--xapi-fuzz-phase=boundary", "--xapi-report=har:out/r.har"
    )
    assert "-H 'X-Key: '\"$APIKEYHEADER\"" in str(run.stdout)
    (pytester.path / "output.txt").write_text(f"{run.stdout}{run.stderr}")
    assert not [place for place, text in all_texts(pytester.path) if "key-5f4d" in text]


@pytest.mark.parametrize("secret", VAULT.values())
def test_each_form_of_a_secret_is_hidden(secret: str) -> None:
    redactor = Redactor({"key": secret})
    for text in texts_of(secret):
        hidden = redactor.text(f"before={text}; after")
        assert hidden.startswith(("before=$KEY", "before=${KEY"))
        assert hidden.endswith("; after")


@pytest.mark.parametrize(
    ("credentials", "text", "shown"),
    [
        ({"k": "secret-of-ada"}, "secret-of-ada, secret-of-ada", "$K, $K"),
        ({"k": "secret-of-ada"}, "secret-of-ad", "${K%?}"),
        ({"k": "secret-of-ada"}, "secret-of-adx", "${K%?}x"),
        ({"k": "secret-of-ada"}, "secret-of-b", "${K:0:10}b"),
        ({"k": "secret-of-ada"}, "my secret", "my secret"),
        ({"k": "password123"}, '{"password": "password123"}', '{"password": "$K"}'),
        ({"k": "word"}, "words in a sword", "${K}s in a s$K"),
        ({"k": "words"}, "word for wordy words", "${K%?} for wordy $K"),
        ({"k": {"ada": "token-of-ada", "alan": "token-of-alan"}}, "token-of-alan", "$K_ALAN"),
        ({"k": {"ada": "token-of-ada", "alan": "token-of-alan"}}, "token-of-ada", "$K_ADA"),
        ({"a-b": "first-secret", "a_b": "other-secret"}, "first-secret other-secret", "$A_B $A_B_2"),
        ({"2fa": "first-secret"}, "first-secret", "$_2FA"),
        ({"k": ""}, "nothing", "nothing"),
        ({"k": "x"}, "an axe: x", "an axe: x"),
    ],
)
def test_what_stands_for_a_secret(credentials: dict[str, Any], text: str, shown: str) -> None:
    assert Redactor(credentials).text(text) == shown


def test_a_short_secret_is_hidden_where_credentials_stand() -> None:
    request = Redactor({"k": "k1"}).request(WireRequest("GET", "/k1x?key=k1", (("X-Key", "k1"),)))
    assert request == WireRequest("GET", "/k1x?key=$K", (("X-Key", "$K"),))


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ('{"access_token": "abcdef123456"}', '{"access_token": "$ACCESS_TOKEN"}'),
        ('{"user": {"apiKey": "abcdef123456"}}', '{"user": {"apiKey": "$APIKEY"}}'),
        ('{"password": "abc\\"def123456"}', '{"password": "$PASSWORD"}'),
        ('{"token_type": "bearer-token"}', '{"token_type": "bearer-token"}'),
        ('{"next_page_token": "abcdef123456"}', '{"next_page_token": "abcdef123456"}'),
        ('{"token": "sent-by-the-test"}', '{"token": "sent-by-the-test"}'),
        ('{"at": "redis://me:hunter2@db"}', '{"at": "redis://me:$PASSWORD@db"}'),
        ('["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"]', '["$JWT"]'),
    ],
)
def test_what_the_app_makes_is_hidden_by_its_name_or_form(answer: str, shown: str) -> None:
    redactor = Redactor()
    given = WireResponse(200, (), answer.encode())
    redactor.learn(WireRequest("POST", "/login", (), b'{"name": "sent-by-the-test"}'), given)
    assert redactor.answer(given).body.decode() == shown


@pytest.mark.parametrize(
    ("header", "shown"),
    [
        ("session=0123456789; Path=/", "session=$COOKIE_SESSION; Path=/"),
        ("id=0123456789; HttpOnly", "id=$COOKIE_ID; HttpOnly"),
        ("theme=midnight-blue", "theme=midnight-blue"),
    ],
)
def test_cookies_that_identify_somebody_are_hidden(header: str, shown: str) -> None:
    redactor = Redactor()
    given = WireResponse(200, (("Set-Cookie", header),), b"")
    redactor.learn(WireRequest("GET", "/"), given)
    assert redactor.answer(given).headers == (("Set-Cookie", shown),)


@pytest.mark.parametrize(
    ("changed", "hidden"),
    [
        ({"headers": {"Authorization": "Bearer abcdef"}}, "abcdef"),
        ({"headers": {"Authorization": f"Basic {b64encode(b'ada:hunter22').decode()}"}}, "hunter22"),
        ({"headers": {"Cookie": "a=1; sid=abcdef"}}, "abcdef"),
        ({"query": {"api_key": "abcdef"}}, "abcdef"),
        ({"body": {"user": [{"password": "abcdef"}]}}, "abcdef"),
    ],
)
def test_what_a_hook_puts_under_such_a_name_is_hidden(changed: dict[str, Any], hidden: str) -> None:
    before = {"path_parameters": {}, "query": {}, "headers": {}, "cookies": {}, "body": {"user": "x"}}
    redactor = Redactor()
    redactor.learn_added(Parts(**before), Parts(**before | changed))
    assert hidden not in redactor.text(f"<{hidden}>")


def test_what_the_generator_draws_under_such_a_name_is_shown() -> None:
    parts = Parts({}, {}, {}, {}, {"password": "generated"})
    redactor = Redactor()
    redactor.learn_added(parts, parts)
    assert redactor.text("generated") == "generated"


SENT = WireRequest(
    "POST",
    "/a?q=one+two%21&p=7b2261223a2278227d2c313233",
    (("Cookie", "session=dXNlcjphdWRpdG9y; other=a%2Cb-c-d-e"), ("X-Token", "generated-token")),
    b'{"password": "generated \\u00e9", "n": 1}',
)


@pytest.mark.parametrize(
    "text",
    [
        "one two!",
        '{"a":"x"},123',
        "user:auditor",
        "ser:audi",
        "a,b-c-d-e",
        "a%2Cb-c-d-e",
        "generated-token",
        "generated \u00e9",
    ],
)
def test_what_an_app_reads_in_generated_values_is_shown(text: str) -> None:
    redactor = Redactor()
    redactor.learn(SENT, WireResponse(200, (), b""))
    for _ in range(3):
        redactor.learn(WireRequest("GET", "/"), WireResponse(200, (), json.dumps({"token": text}).encode()))
    redactor.learn_compared("session", text)
    assert redactor.text(f"<{text}>") == f"<{text}>"


def test_what_the_app_has_made_stays_hidden_when_it_is_sent() -> None:
    redactor = Redactor()
    given = WireResponse(200, (), b'{"token": "minted-0f9e8d7c"}')
    for number in range(300):
        redactor.learn(WireRequest("GET", "/", (("X-Token", "minted-0f9e8d7c"),) if number else ()), given)
        redactor.learn(WireRequest("GET", "/"), WireResponse(200, (), b'{"token": "other-%06d"}' % number))
    redactor.learn(WireRequest("GET", "/"), given)
    assert "minted" not in redactor.text("<minted-0f9e8d7c>")


@pytest.mark.parametrize(
    ("step", "hidden"),
    [
        ({"query": {"q": "$a"}}, ()),
        ({"headers": {"X-Token": "minted-0f9e8d7c"}}, ("$TOKEN",)),
        ({"headers": {"X-Token": "minted-0f9e8"}}, ("${TOKEN:0:12}",)),
        ({"headers": {"X-Token": "minted-0f9e8d7c"}, "bindings": [["headers", "X-Token", 0, "/token"]]}, ()),
        ({"body": {"a": ["minted-0f9e8d7c"]}, "bindings": [["body", "/a/0", 0, "/token"]]}, ()),
        ({"query": {"key": "s3cret-key"}}, ("$KEY",)),
    ],
)
def test_a_finding_knows_which_secrets_it_needs(step: dict[str, Any], hidden: tuple[str, ...]) -> None:
    redactor = Redactor({"key": "s3cret-key"})
    redactor.learn(WireRequest("GET", "/"), WireResponse(200, (), b'{"token": "minted-0f9e8d7c"}'))
    exchange = Exchange(WireRequest("GET", "/"), WireResponse(500, (), b""))
    found = Finding(
        "GET /", "not_a_server_error", "", "", (exchange,), steps=({"operation": "GET /", **step},)
    )
    assert redactor.finding(redactor.finding(found)).hidden == hidden


ECHO = """
    from typing import Annotated
    from xapi import XAPI, Header

    app = XAPI()

    @app.get("/")
    def read(x_token: Annotated[str, Header(min_length=12)], n: int) -> dict[str, str]:
        assert n < 4
        return {"token": x_token}
"""


def test_what_the_app_repeats_of_a_generated_value_can_be_sent_again(app_module, fuzz, pytester) -> None:
    app_module(ECHO)
    run = fuzz("--xapi-fuzz-phase=boundary")
    line = next(line for line in run.output.splitlines() if "--xapi-replay" in line)
    assert "$" not in next(line for line in run.output.splitlines() if "curl" in line)
    again = fuzz(f"--xapi-replay={line.split()[-1]}")
    assert again.findings == {("GET /", "not_a_server_error")}


@pytest.mark.parametrize("name", ["$KEY", "${TOKEN:0:12}"])
def test_a_failure_whose_secrets_nothing_gives_is_not_sent(name: str, app_module, fuzz, pytester) -> None:
    app_module(ECHO)
    step = {"operation": "GET /", "method": "GET", "phase": "boundary", "headers": {"x-token": f"{name}g=="}}
    failure = {"operation": "GET /", "check": "not_a_server_error", "steps": [step], "hidden": [name]}
    run = fuzz(f"--xapi-replay={store.key_of(failure, '')}")
    assert run.outcomes == {"xapi::GET / replay": "failed"}
    assert f"nothing gives the secrets {name}. Let the fixture `xapi_auth` give them" in run.output


def test_a_stored_step_is_sent_again_with_the_secrets_of_the_fixture() -> None:
    redactor = Redactor({"key": "s3cret-key", "pair": ("ada", "hunter22")})
    step = {
        "operation": "GET /",
        "headers": {"X-Key": "s3cret-key", "Authorization": f"Basic {b64encode(b'ada:hunter22').decode()}"},
        "query": {"q": ["s3cret-ke", "s3cret-key!"]},
        "body": {"$bytes": b64encode(b"key=s3cret-key").decode()},
    }
    finding = Finding(
        "GET /", "c", "t", "m", (Exchange(WireRequest("GET", "/"), WireResponse(200, (), b"")),)
    )
    stored = redactor.finding(Finding(**{**vars(finding), "steps": (step,)})).steps
    assert "s3cret" not in json.dumps(stored)
    assert b64decode(stored[0]["body"]["$bytes"]) == b"key=$KEY"
    assert redactor.restored(list(stored)) == [step]


@pytest.mark.parametrize(
    ("request_", "call"),
    [
        (
            WireRequest("GET", "/a", (("X-Key", "k y-12345"), ("X-O", "a k y-12345"))),
            """client.get("/a", headers={"X-Key": f"{xapi_auth['key']}", "X-O": f"a {xapi_auth['key']}"})""",
        ),
        (
            WireRequest("GET", "/a?key=k%20y-12345"),
            """client.get(f"/a?key={quote(xapi_auth['key'], safe='')}")""",
        ),
        (
            WireRequest(
                "POST",
                "/a",
                (("Content-Type", "application/json"),),
                b'{"a": "k y-12345", "b": "x k y-12345"}',
            ),
            """client.post("/a", json={'a': xapi_auth['key'], 'b': 'x ' + xapi_auth['key']})""",
        ),
        (
            WireRequest("POST", "/a", (), b"a=1&key=k+y-12345"),
            """client.post("/a", content=f"a=1&key={quote(xapi_auth['key'], safe='')}")""",
        ),
        (
            WireRequest("GET", "/a", (("X-Key", "k y-1234"),)),
            """client.get("/a", headers={"X-Key": f"{xapi_auth['key'][:-1]}"})""",
        ),
        (
            WireRequest("GET", "/a", (("Authorization", f"Basic {b64encode(b'ada:hunter2').decode()}"),)),
            """client.get("/a", auth=(xapi_auth['pair'][0], xapi_auth['pair'][1][:-1]))""",
        ),
    ],
)
def test_a_snippet_takes_each_form_from_the_fixture(request_: WireRequest, call: str) -> None:
    redactor = Redactor({"key": "k y-12345", "pair": ("ada", "hunter22")})
    finding = Finding(
        "GET /a", "not_a_server_error", "", "", (Exchange(request_, WireResponse(500, (), b"")),)
    )
    code = snippets.python(finding, redactor)
    assert re.sub(r"\s+", "", call) in re.sub(r"\s+|,(?=\s*\))", "", code)
    assert ("import quote" in code) == ("quote(" in call)
    compile(code, "snippet", "exec")
