"""Code made of what is known of a value makes one like it; hypothesis looks for values that it does not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptcards.runner import frames
from ptcards.runner.making import Maker, Sizes
from tests.conftest import Late

torch, np = Late("torch"), Late("numpy")

SHAPES = st.lists(st.integers(1, 5), max_size=4)
KINDS = ("is", "shape", "dtype", "grad", "leaf", "parameter", "order", "flips", "expanded", "device")
FLOATS = ("float32", "float64", "float16", "bfloat16", "complex64")


def made(value: Any) -> Any:
    """Described, sent as JSON, made anew."""
    described = json.loads(json.dumps(frames.describe({"x": value}, "x")))
    assert not described["cannot"], described
    space: dict[str, Any] = {"torch": torch, "np": np}
    exec(Maker(described["names"], Sizes({}), frozenset()).text(), space)
    return space["x"]


def kind(value: Any) -> dict[str, Any]:
    facts = frames.describe({"x": value}, "x")["names"]["x"]
    return {name: facts.get(name) for name in KINDS}


@st.composite
def tensors(draw: st.DrawFn) -> Any:
    dtype = draw(st.sampled_from((*FLOATS, "int64", "int32", "uint8", "bool")))
    x = torch.rand(draw(SHAPES)) * draw(st.sampled_from((0, 1, 7, 300)))
    x = (
        (x - draw(st.sampled_from((0, 0, 3))))
        .clamp(0 if dtype == "uint8" else -9, 255)
        .to(getattr(torch, dtype))
    )
    if dtype in FLOATS:
        x.requires_grad_(draw(st.booleans()))
        x = torch.nn.Parameter(x) if draw(st.booleans()) else x * 1 if draw(st.booleans()) else x
    if x.ndim > 1 and draw(st.booleans()):
        x = x.transpose(0, draw(st.integers(1, x.ndim - 1)))
    return x


@given(tensors())
def test_a_tensor_made_anew_is_of_the_same_kind(x: Any) -> None:
    before = x.detach().clone(), torch.get_rng_state()
    y = made(x)
    assert kind(y) == kind(x)
    assert torch.equal(before[0], x.detach())
    values = x.detach().flatten().tolist()
    if values and x.dtype in (torch.int64, torch.int32, torch.uint8) and len(values) <= 12:
        assert (min(values), max(values)) == (y.min().item(), y.max().item())


@given(
    SHAPES, st.sampled_from(("float64", "float32", "int64", "uint8", "bool")), st.booleans(), st.booleans()
)
def test_an_array_made_anew_is_of_the_same_kind(
    shape: list[int], dtype: str, turned: bool, flipped: bool
) -> None:
    x = (np.random.rand(*shape) * 200 if shape else np.asarray(7.5)).astype(dtype)
    x = x.T if turned else x
    x = x[::-1] if flipped and x.ndim else x
    assert kind(made(x)) == kind(x)


def test_random_numbers_are_not_used_up_by_a_description() -> None:
    state = torch.get_rng_state(), np.random.get_state()[1].tolist()
    layer, x = torch.nn.LSTM(3, 4, batch_first=True), torch.randn(2, 5, 3)
    state = torch.get_rng_state(), np.random.get_state()[1].tolist()
    frames.describe({"layer": layer, "x": x}, "layer(x)")
    assert torch.equal(state[0], torch.get_rng_state())
    assert state[1] == np.random.get_state()[1].tolist()


@pytest.mark.parametrize(
    "code",
    [
        "torch.nn.Linear(3, 4, bias=False)",
        "torch.nn.Conv2d(3, 8, 3, stride=2, padding=1)",
        "torch.nn.LSTM(3, 4, num_layers=2, batch_first=True)",
        "torch.nn.Embedding(10, 4, padding_idx=0)",
        "torch.nn.BatchNorm2d(3).eval()",
        "torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU()).eval()",
        "torch.nn.Linear(3, 4).to(torch.float64)",
        "torch.nn.CrossEntropyLoss(ignore_index=0)",
        "torch.nn.MultiheadAttention(8, 2, batch_first=True)",
        "torch.nn.LayerNorm((4,))",
        "torch.utils.data.TensorDataset(torch.zeros(2, 3))",
        "torch.Size([2, 3])",
        "torch.device('cpu')",
        "torch.float16",
        "slice(1, None, 2)",
        "{'a': [1, (2,), None], 'b': 'text', 3: {4}}",
    ],
)
def test_what_was_made_is_told_by_its_code(code: str) -> None:
    described = frames.describe({"x": eval(code, {"torch": torch})}, "x")
    assert Maker(described["names"], Sizes({}), frozenset()).text() == f"x = {code}"


class Evil:
    """Any use of it is an accident."""

    def __getattribute__(self, name: str) -> Any:
        raise SystemExit(name)

    __repr__ = __str__ = __len__ = __iter__ = __bool__ = __eq__ = __hash__ = None  # type: ignore[assignment]


def test_no_code_of_an_object_is_run_by_its_description() -> None:
    described = frames.describe(
        {"evil": Evil(), "x": torch.ones(2), "inside": [Evil()]}, "f(evil, x, inside)"
    )
    assert json.loads(json.dumps(described))["names"]["x"]["is"] == "tensor"
    deep: list[Any] = []
    for _ in range(50):
        deep = [deep]
    assert "deep" in frames.describe({"deep": deep}, "deep")["cannot"]


def test_of_what_may_be_a_secret_nothing_is_told() -> None:
    space = {
        "api_key": "sk-1",
        "tokens": ["a", "b"],
        "cfg": {"password": "p", "name": "n"},
        "x": "ghp_A1b2C3d4E5f6G7h8I9j0",
    }
    described = frames.describe(space, "f(api_key, tokens, cfg, x)")
    text = Maker(described["names"], Sizes({}), frozenset()).text()
    assert text == "api_key = '...'\ntokens = ['a', 'b']\ncfg = {'password': '...', 'name': 'n'}\nx = '...'"
    assert len(described["notes"]) == 3


def test_only_names_that_are_taken_from_outside_are_used() -> None:
    assert frames.uses("y = [f(a) for a in xs if a > low]; z = y") == {
        "f": [()],
        "xs": [()],
        "low": [()],
        "y": [()],
    }
    assert frames.uses("self.h = self.cell.weight + g(lambda q: q * k)") == {
        "self": [("cell", "weight")],
        "g": [()],
        "k": [()],
    }
    assert frames.uses("n += 1") == {"n": [()]}
