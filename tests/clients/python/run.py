"""Does the steps on standard input with opensearch-py or opensearch-py-ml, and prints what they were answered.

In: {"url", "ca", "options": {"transport", "gzip", "send_get_body_as"}, "steps": [{"as", "call", "with", "save"}]}
Out: {"methods": those for model groups that there are, "saved": {...}, "answers": [{"status"?, "body", "warnings"}]}
"""

import asyncio
import contextlib
import importlib.util
import inspect
import json
import re
import ssl
import sys
import types
import warnings
from pathlib import Path

from opensearchpy import (
    AsyncOpenSearch,
    ConnectionError,
    OpenSearch,
    OpenSearchWarning,
    RequestsHttpConnection,
    TransportError,
)


def without_its_imports(package, folder):
    """What a package's own __init__ imports needs pandas and more; the one class that is tested here does not."""
    sys.modules[package] = types.ModuleType(package)
    sys.modules[package].__path__ = [str(folder)]


FOLDER = Path(importlib.util.find_spec("opensearch_py_ml").origin).parent
without_its_imports("opensearch_py_ml", FOLDER)
without_its_imports("opensearch_py_ml.ml_commons", FOLDER / "ml_commons")

from opensearch_py_ml.ml_commons.model_access_control import ModelAccessControl  # noqa: E402


class Run:
    def __init__(self, task):
        self.task = task
        self.options = task["options"]
        self.clients = {}
        self.saved = {}

    def client(self, who):
        if who not in self.clients:
            self.clients[who] = self.connect(who)
        return self.clients[who]

    def connect(self, who):
        name, _, password = who.partition(":")
        password = password or ("admin" if name == "admin" else f"pw-{name}-123!")
        settings = {
            "http_auth": (name, password),
            "http_compress": self.options["gzip"],
            "send_get_body_as": self.options["send_get_body_as"],
            "max_retries": 0,
            "timeout": 60,
        }
        if self.task["url"].startswith("https"):
            settings["ca_certs"] = self.task["ca"]
        match self.options["transport"]:
            case "urllib3":
                return OpenSearch(self.task["url"], **settings)
            case "requests":
                return OpenSearch(self.task["url"], connection_class=RequestsHttpConnection, **settings)
            case "async":
                if "ca_certs" in settings:
                    settings["ssl_context"] = ssl.create_default_context(cafile=settings.pop("ca_certs"))
                return AsyncOpenSearch(self.task["url"], **settings)

    def method(self, who, call):
        client = self.client(who)
        if call == "request":
            return lambda method, path, querystring=None, body=None: client.transport.perform_request(
                method, path, params=querystring, body=body
            )
        if call.startswith("model_access_control."):
            return getattr(ModelAccessControl(client), call.removeprefix("model_access_control."))
        found = client.plugins if call.startswith("ml.") else client
        for name in call.split("."):
            found = getattr(found, name)
        return found

    async def step(self, step):
        arguments = re.sub(r"\$\{(\w+)\}", lambda found: self.saved[found[1]], json.dumps(step.get("with", {})))
        method = self.method(step["as"], step["call"])
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("ignore")
            warnings.simplefilter("always", OpenSearchWarning)
            answer = await answered(method, json.loads(arguments))
        for name, key in step.get("save", {}).items():
            self.saved[name] = answer["body"][key]
        answer["warnings"] = [str(warning.message) for warning in told]
        return answer

    async def all(self):
        answers = [await self.step(step) for step in self.task["steps"]]
        for client in self.clients.values():
            closed = client.close()
            if inspect.isawaitable(closed):
                await closed
        return {"methods": self.methods(), "saved": self.saved, "answers": answers}

    def methods(self):
        of = {"ml": OpenSearch().plugins.ml, "model_access_control": ModelAccessControl}
        return [f"{api}.{name}" for api, value in of.items() for name in dir(value) if "model_group" in name]


async def answered(method, arguments):
    try:
        body = method(**arguments)
        return {"body": await body if inspect.isawaitable(body) else body}
    except TransportError as error:
        if isinstance(error.status_code, int):
            return {"status": error.status_code, "body": error.info or error.error}
        if isinstance(error, ConnectionError):
            raise  # no answer at all
        return {"status": type(error).__name__, "body": str(error.args[0])}
    except ValueError as error:
        return {"status": "ValueError", "body": str(error)}


def main():
    task = json.load(sys.stdin)
    with contextlib.redirect_stdout(sys.stderr):  # opensearch-py-ml prints
        result = asyncio.run(Run(task).all())
    json.dump(result, sys.stdout)


main()
