"""The redactor: what a run shows, writes or stores of its requests goes through it, for the secrets in it."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar, cast

from pytest_xapi.fuzz.model import auth, sensitive
from pytest_xapi.fuzz.model.auth import Credentials
from pytest_xapi.fuzz.model.cases import BYTES, RAW
from pytest_xapi.fuzz.model.findings import Finding, without_bound
from pytest_xapi.fuzz.model.secret_forms import SHORTEST, Form, KnownForms, forms
from pytest_xapi.fuzz.model.sent_texts import SentTexts
from pytest_xapi.fuzz.model.wire import WireRequest, WireResponse

_MOST_LEARNED = 256
"""How many secrets that the app makes while it answers are remembered."""
_PLACEHOLDER = re.compile(r"\$(?:[A-Z_][A-Z0-9_]*(?!\w)|\{[A-Z_][A-Z0-9_]*(?:%\?|:0:\d+)?\})")
_LABELS = ("operation", "method", "phase")
"""What of a stored step names things: it is left as it is."""

_Data = TypeVar("_Data")


class Redactor:
    """Puts placeholders such as `$KEY` in the place of secrets, in every form and at every place.

    Known are the credentials of the fixture `xapi_auth`, what the fixture `xapi_secrets` names, what the hook
    `xapi_case` puts under a name such as `Authorization` or `password`, and what the app has answered under
    such a name or set as a session cookie.
    """

    def __init__(self, credentials: Credentials | None = None, others: Iterable[str] = ()) -> None:
        """Take the declared secrets.

        Args:
            credentials: those of the fixture `xapi_auth`.
            others: more texts that must not be shown.
        """
        self.expressions: dict[str, str] = {}
        """By the name of the variable: the code that takes the secret from the fixture `xapi_auth`."""
        self._secrets: dict[str, str] = {}
        self._known = KnownForms()
        self._learned: dict[str, tuple[Form, ...]] = {}
        self._made: set[str] = set()
        """All that was of the app's making when it was met first."""
        self._sent = SentTexts()
        for keys, credential in auth.each(credentials or {}):
            self._declare(keys, credential)
        for number, text in enumerate(others, 1):
            if text:
                self._add(f"SECRET_{number}", text)

    def _declare(self, keys: tuple[str, ...], credential: Any) -> None:
        name, code = "_".join(keys), "xapi_auth" + "".join(f"[{key!r}]" for key in keys)
        if not isinstance(credential, tuple):
            if isinstance(credential, str) and credential:
                self._add(name, credential, code)
            return
        user, password = credential
        if not password:
            return
        # The pairs of wrong credentials (see `wrong_credentials`) are secrets, too.
        pairs = {
            "": (password, code),
            "_cut": (password[:-1], f"({code}[0], {code}[1][:-1])"),
            "_longer": (f"{password}x", f"({code}[0], {code}[1] + 'x')"),
        }
        for end, (word, expression) in pairs.items():
            self._add(f"{name}{end}", auth.as_sent((user, word)), expression)
            self._add(f"{name}{end}_latin1", auth.as_sent_in_latin_1((user, word)), expression)
        self._add(f"{name}_password", password, f"{code}[1]")

    def _add(self, name: str, secret: str, code: str | None = None) -> None:
        if secret in self._secrets.values():
            return
        variable = self._variable(name)
        self._secrets[variable] = secret
        found = forms(secret, variable)
        self._known.add(found)
        if code is not None:
            self.expressions |= {variable: code, f"{variable}_URL": f"quote({code}, safe='')"}
        for form in found:
            self._secrets.setdefault(form.name, form.text)

    def _variable(self, name: str) -> str:
        """A name as shells have it (POSIX, 3.216), which no other secret has."""
        base = re.sub(r"\W", "_", name, flags=re.ASCII).upper()
        base = f"_{base}" if base[:1].isdigit() else base
        taken = self._secrets.keys() | {known[0].name for known in self._learned.values()}
        found, number = base, 1
        while found in taken:
            number += 1
            found = f"{base}_{number}"
        return found

    def learn(self, request: WireRequest, answer: WireResponse) -> None:
        """Take the secrets that an app has made for its answer: what was sent to it before is none."""
        self._sent.add(request)
        for name, secret in sensitive.of_answer(answer):
            self._remember_made(name, secret)

    def learn_added(self, before: Any, after: Any) -> None:
        """Take the secrets that a user has put into a request: its parts before and after."""
        for name, secret in sensitive.added(vars(before), vars(after)):
            if len(secret) >= SHORTEST:
                self._remember(name, secret)

    def learn_compared(self, name: str, secret: str) -> None:
        """Take a secret that the app has compared with what it was sent under a name, or keeps under it.

        What it has read in a request is none: a part of it, decoded, or kept of an earlier one.
        """
        self._remember_made(name, secret)

    def _remember_made(self, name: str, secret: str) -> None:
        if secret in self._made or secret not in self._sent:
            self._made.add(secret)
            self._remember(name, secret)

    def _remember(self, name: str, secret: str) -> None:
        if secret in self._learned or secret in self._secrets.values():
            return
        found = self._learned[secret] = forms(secret, self._variable(name))
        self._known.add(found)
        if len(self._learned) > _MOST_LEARNED:
            self._known.remove(self._learned.pop(next(iter(self._learned))))

    def text(self, text: str) -> str:
        """A text without secrets."""
        return self._replaced(text, SHORTEST)

    def _replaced(self, text: str, shortest: int) -> str:
        met = (form for form in self._known.met_in(text) if len(form.text) >= shortest)
        found = [(*span, form) for form in met for span in form.matches(text)]
        if not found:
            return text
        pieces, position = [], 0
        # Of those that begin at the same place the longest; and a whole one of two that are as long.
        for start, end, form in sorted(found, key=lambda item: (item[0], -item[1], len(item[2].text))):
            if start >= position:
                pieces += [text[position:start], form.shown(end - start, text[end : end + 1])]
                position = end
        return "".join([*pieces, text[position:]])

    def output(self, text: str) -> str:
        """A text of the app's making without secrets, nor what is one by its form."""
        return sensitive.without_known_forms(self.text(text))

    def content(self, content: bytes) -> bytes:
        """A body without secrets."""
        text = content.decode("utf-8", "surrogateescape")
        hidden = self.text(text)
        return content if hidden == text else hidden.encode("utf-8", "surrogateescape")

    def request(self, request: WireRequest) -> WireRequest:
        """A request without secrets; short ones are hidden in its headers and its target, too."""
        if not self._known:
            return request
        return WireRequest(
            request.method,
            self._replaced(request.target, 1),
            tuple((name, self._replaced(value, 1)) for name, value in request.headers),
            self.content(request.body),
        )

    def answer(self, answer: WireResponse) -> WireResponse:
        """An answer without secrets; its exception is left, and is to be shown by `output`."""
        body = answer.body.decode("utf-8", "surrogateescape")
        hidden = self.output(body)
        return replace(
            answer,
            headers=tuple((name, self.output(value)) for name, value in answer.headers),
            body=answer.body if hidden == body else hidden.encode("utf-8", "surrogateescape"),
        )

    def finding(self, finding: Finding) -> Finding:
        """A finding without secrets, for all that is shown and stored of it."""
        exchanges = tuple(
            replace(
                exchange,
                request=self.request(exchange.request),
                answer=self.answer(exchange.answer),
                template=None if exchange.template is None else self.request(exchange.template),
            )
            for exchange in finding.exchanges
        )
        return replace(
            finding,
            title=self.text(finding.title),
            message=self.output(finding.message),
            cause=self.output(finding.cause),
            exchanges=exchanges,
            steps=tuple(self._step(step) for step in finding.steps),
            hidden=finding.hidden or tuple(self._hidden(finding)),
            probe=None if finding.probe is None else self._step(finding.probe),
        )

    def _hidden(self, finding: Finding) -> Iterator[str]:
        """What stands for secrets where a stored finding does not take them from answers."""
        steps = [*finding.steps, *([] if finding.probe is None else [finding.probe])]
        if not self._known or not steps:
            return
        before, after = (
            json.dumps([change(without_bound(step)) for step in steps], default=str)
            for change in (dict, self._step)
        )
        names = {*self._secrets, *(form.name for known in self._learned.values() for form in known)}
        for found in dict.fromkeys(_PLACEHOLDER.findall(after)):
            if split(found)[0] in names and found not in before:
                yield found

    def is_declared(self, placeholder: str) -> bool:
        """Whether a placeholder stands for a secret that a fixture has given."""
        return split(placeholder)[0] in self._secrets

    def _step(self, step: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value if name in _LABELS else self.data(value) for name, value in step.items()}

    def data(self, data: _Data) -> _Data:
        """Plain data without secrets: texts, and bytes in base64, in mappings and lists, and as names."""
        return cast(_Data, _mapped(data, self.text, self.content))

    def restored(self, data: _Data) -> _Data:
        """Plain data with the declared secrets in the place of their placeholders."""
        return cast(_Data, _mapped(data, self._with_secrets, self._content_with_secrets))

    def _with_secrets(self, text: str) -> str:
        if "$" not in text or not self._secrets:
            return text
        return self.pattern.sub(lambda found: self._secret(found[0]), text)

    def _content_with_secrets(self, content: bytes) -> bytes:
        return self._with_secrets(content.decode("utf-8", "surrogateescape")).encode(
            "utf-8", "surrogateescape"
        )

    def _secret(self, placeholder: str) -> str:
        name, part = split(placeholder)
        secret = self._secrets.get(name, "")
        if not secret:
            return placeholder
        return secret[:-1] if part == "%?" else secret[: int(part.rpartition(":")[2] or len(secret))]

    @property
    def pattern(self) -> re.Pattern[str]:
        """What the placeholders of declared secrets look like."""
        names = "|".join({**self._secrets, **self.expressions}) or "(?!)"
        return re.compile(rf"\$(?:{names})(?!\w)|\$\{{(?:{names})(?:%\?|:0:\d+)?\}}")

    @classmethod
    def of_expressions(cls, expressions: Mapping[str, str]) -> Redactor:
        """A redactor for what another process has redacted: it knows the placeholders, and no secret."""
        made = cls()
        made.expressions = dict(expressions)
        return made

    def code(self, placeholder: str) -> str | None:
        """The code that takes a secret, or the beginning of it, from the fixture `xapi_auth`."""
        name, part = split(placeholder)
        expression = self.expressions.get(name)
        if expression is None or not part:
            return expression
        return f"{expression}[:{-1 if part == '%?' else part.rpartition(':')[2]}]"


def split(placeholder: str) -> tuple[str, str]:
    """The variable of a placeholder, and what is missing of the secret: nothing, `%?` or `:0:12`."""
    found = re.fullmatch(r"\$\{?(\w+)(%\?|:0:\d+)?\}?", placeholder)
    return ("", "") if found is None else (found[1], found[2] or "")


def _mapped(data: Any, text: Callable[[str], str], content: Callable[[bytes], bytes]) -> Any:
    if isinstance(data, str):
        return text(data)
    if isinstance(data, Mapping):
        if len(data) == 1 and next(iter(data)) in (BYTES, RAW):
            return {kind: b64encode(content(b64decode(value))).decode() for kind, value in data.items()}
        return {text(name): _mapped(value, text, content) for name, value in data.items()}
    return [_mapped(item, text, content) for item in data] if isinstance(data, list | tuple) else data
