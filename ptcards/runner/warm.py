"""The warm process: it has everything imported, takes jobs from the app, and gives each to a child."""

from __future__ import annotations

import os
import secrets
import site
import sys
import time
from typing import Any

from ptcards.runner import ground, libraries, sandbox
from ptcards.runner.audit import Audit
from ptcards.runner.faults import NO_PROCESSES
from ptcards.runner.frames import read_frame, write_frame
from ptcards.runner.pool import Forks, Pool, Workers
from ptcards.runner.protocol import Layer, Phase, Verdict, Why
from ptcards.runner.supervise import Child, End

SAID = {
    Why.TIMEOUT: "took longer than {seconds:g} s",
    Why.CPU: "used up its processor time",
    Why.MEMORY: "ran out of memory ({detail})",
    Why.SIGNAL: "ended by {detail}",
    Why.EXITED: "ended the process with status {detail}",
    Why.PROTOCOL: "wrote on the runner's own channel",
    Why.OUTPUT: "printed more than 64 MB",
    Why.DISK: "wrote more than 64 MB of files",
}
STEP_MARGIN = 2.0


def main(facts: dict[str, Any]) -> None:
    """Be the warm process, or in spawn mode its keeper of workers, or a worker; returns when the app ends."""
    sandbox.die_with_parent()
    sandbox.hide()
    sandbox.preload(facts["packages"])
    if facts["role"] == "worker":
        from ptcards.runner.child import live

        libraries.load(facts["libraries"])
        live(facts["scratch"], facts["packages"], Audit())
        return
    began = time.perf_counter()
    if facts["mode"] == "spawn":
        versions, missing = facts["versions"], facts["missing"]
        pool: Pool = Workers(facts["scratch"], facts["boot"], facts)
        pool.refill()
    else:
        versions, missing = libraries.load(facts["libraries"])
        pool = Forks(facts["scratch"], facts["packages"], Audit(), ahead=facts["ahead"])
    Desk(facts, pool).serve({"versions": versions, "missing": missing, "began": began})


class Desk:
    """One request at a time, each answered once."""

    def __init__(self, facts: dict[str, Any], pool: Pool) -> None:
        self._app: int = facts["control"]
        self._walls = (Layer.NAMESPACES.value,) if facts["walled"] else ()
        self._pool = pool
        self._prepared: Child | None = None
        self._child: Child | None = None

    def serve(self, hello: dict[str, Any]) -> None:
        child = self._pool.take()
        if child is None:
            raise RuntimeError("no process for an answer could be started")
        self._pool.give_back(child)
        ready = {
            "ready": True,
            "versions": hello["versions"],
            "missing": hello["missing"],
            "layers": [*child.layers, *self._walls],
            "cuda": libraries.cuda_seems_there(),
            "threads": libraries.thread_count(),
            "seconds": time.perf_counter() - hello["began"],
        }
        write_frame(self._app, ready)
        try:
            while True:
                self._handle(read_frame(self._app))
        except EOFError:
            pass
        finally:
            self._pool.close()
            for left in (self._prepared, self._child):
                if left is not None:
                    left.bury()

    def _handle(self, request: dict[str, Any]) -> None:
        began = time.perf_counter()
        reply = self._prepare(request) if request["do"] == "prepare" else self._run(request)
        write_frame(self._app, reply | {"id": request["id"], "seconds": time.perf_counter() - began})
        if self._child is not None:
            self._child.bury()
            self._child = None
        self._pool.refill()

    def _prepare(self, request: dict[str, Any]) -> dict[str, Any]:
        if self._prepared is None or self._prepared.key != request["key"]:
            self._drop_prepared()
            child, trouble = self._readied(request)
            if child is None or trouble is not None:
                self._child = child
                return {"result": trouble}
            self._prepared = child
        return {"prepared": self._prepared.prepared}

    def _drop_prepared(self) -> None:
        if self._prepared is not None:
            self._prepared.bury()
            self._prepared = None

    def _readied(self, request: dict[str, Any]) -> tuple[Child | None, dict[str, Any] | None]:
        """A child that ran `preamble` and `given`, and what went wrong with that."""
        child = self._pool.take()
        if child is None:
            return None, {"verdict": Verdict.ERROR, "message": "no process for the answer could be started"}
        if request["fail_closed"] and not contained((*child.layers, *self._walls)):
            return child, _uncontained((*child.layers, *self._walls))
        reply = _ask(
            child, "prepare", request["job"] | {"shown": request["do"] == "prepare"}, request["seconds"]
        )
        if isinstance(reply, End) or "prepared" not in reply:
            return child, self._told(child, reply, Phase.GIVEN, request)
        child.key = request["key"]
        child.prepared = reply["prepared"]
        return child, None

    def _run(self, request: dict[str, Any]) -> dict[str, Any]:
        child, self._prepared = self._prepared, None
        if child is not None and child.key != request["key"]:
            child.bury()
            child = None
        trouble = None
        if child is None:
            child, trouble = self._readied(request)
        self._child = child
        if child is None or trouble is not None:
            return {"result": trouble}
        deadline = time.monotonic() + request["seconds"]
        reply = _ask(child, "answer", request["answer"], request["seconds"])
        if isinstance(reply, End) or "answered" not in reply:
            return {"result": self._told(child, reply, Phase.ANSWER, request)}
        if request["value_only"]:
            shown = _ask(child, "show", {}, max(0.05, deadline - time.monotonic()))
            return {"result": self._told(child, shown, Phase.ANSWER, request)}
        write_frame(self._app, {"id": request["id"], "answered": True})
        check = read_frame(self._app)
        reply = _ask(child, "check", check, max(0.05, deadline - time.monotonic()))
        return {"result": self._told(child, reply, Phase.CHECK, request)}

    def _told(
        self, child: Child, reply: dict[str, Any] | End, phase: Phase, request: dict[str, Any]
    ) -> dict[str, Any]:
        """The result as it goes to the app, whether the child gave it or ended without."""
        if isinstance(reply, End):
            result = fate(reply, phase, request["seconds"])
            if reply.why is Why.TIMEOUT and "torch.compile" in request.get("answer", {}).get("answer", ""):
                result["message"] += f" ({NO_PROCESSES}, and torch.compile wants to)"
        else:
            result = reply["result"]
        told = {
            "stdout": child.out.text(),
            "stderr": child.err.text(),
            "peak_mb": child.peak_mb,
            "isolation": [*child.layers, *self._walls],
        }
        return result | told


def _ask(child: Child, do: str, message: dict[str, Any], seconds: float) -> dict[str, Any] | End:
    """One step of a child; the reply counts only with the token that the request carried."""
    token = secrets.token_hex(16)
    reply = child.converse({**message, "do": do, "token": token}, seconds)
    if isinstance(reply, End):
        return reply
    wanted = {"prepare": "prepared", "answer": "answered"}.get(do, "result")
    result = reply.get("result")
    genuine = reply.get("token") == token and (wanted in reply or isinstance(result, dict))
    early_pass = do != "check" and isinstance(result, dict) and result.get("verdict") == Verdict.PASS
    if not genuine or early_pass:
        child.kill()
        return End(Why.PROTOCOL)
    return reply


def fate(end: End, phase: Phase, seconds: float) -> dict[str, Any]:
    """What a child's end means: the card's fault before the answer, free in it, a fail in the check."""
    if end.why is Why.PROTOCOL:
        phase = Phase.ANSWER
    elif phase is Phase.GIVEN and "preamble" in end.lines and "given" not in end.lines:
        phase = Phase.PREAMBLE
    said = SAID[end.why].format(seconds=seconds, detail=end.detail)
    line = end.lines.get(phase.value)
    where = f", on line {line}" if line and phase is Phase.ANSWER else ""
    who = {Phase.ANSWER: "the answer", Phase.CHECK: "the check with your answer"}.get(
        phase, f"the card's {phase}"
    )
    early = phase in (Phase.PREAMBLE, Phase.GIVEN)
    return {
        "verdict": Verdict.BROKEN if early else Verdict.FAIL,
        "slip": phase is Phase.ANSWER,
        "why": end.why,
        "phase": phase,
        "line": line,
        "answer_line": end.lines.get("answer"),
        "message": f"{who} {said}{where}",
    }


def contained(layers: tuple[str, ...]) -> bool:
    return Layer.SYSTEM_CALLS in layers and (Layer.FILES in layers or Layer.NAMESPACES in layers)


def _uncontained(layers: tuple[str, ...]) -> dict[str, Any]:
    missing = [layer.value for layer in (Layer.FILES, Layer.SYSTEM_CALLS) if layer not in layers]
    return {
        "verdict": Verdict.SKIPPED,
        "why": Why.NO_SANDBOX,
        "message": "not run: this deck is not built in, and the sandbox lacks its layer for "
        f"{' and '.join(missing)} (`ptcards doctor` says why; `ptcards trust --unsandboxed DECK` runs it)",
    }


def start(facts: dict[str, Any]) -> None:
    """Begin as the process that was booted: only library folders stay on the module path."""
    import ptcards.runner.child  # noqa: F401 - all of ours is loaded before the source folder leaves the path

    if facts["user"] is not None and os.getuid() != facts["user"]:
        os.setgroups([])
        os.setgid(facts["user"])
        os.setuid(facts["user"])
    sys.path[:] = [*ground.standard_paths(), *facts["packages"]]
    sys.argv = ["answer"]
    sys.orig_argv[:] = sys.argv
    site.setquit()
    os.environ["TERM"] = "dumb"
    main(facts)
