// What the framework's page does not do: keys that a phone or a browser has not, and a finger that scrolls.
"use strict";
const terminal = document.getElementById("terminal");
const ctrl = document.getElementById("ctrl"), keyboard = document.getElementById("keyboard");
const touched = matchMedia("(pointer: coarse)").matches;
const ROW = 20; // pixels that a finger moves for a turn of the wheel
let socket = null, held = false;

terminal.dataset.sessionWebsocketUrl = location.href.replace(/^http/, "ws").replace(/[?#].*/, "") + "ws";
terminal.dataset.fontSize = innerWidth < 600 ? 13 : 16;

window.WebSocket = class extends WebSocket {
  constructor(...said) {
    super(...said);
    socket = this;
  }
  send(text) {
    const [kind, typed] = JSON.parse(text);
    if (kind === "stdin" && pressed(ctrl) && /^[a-z@[\\\]^_ ]$/i.test(typed)) {
      press(ctrl, false);
      text = JSON.stringify([kind, String.fromCharCode(typed.toUpperCase().charCodeAt(0) & 31)]);
    }
    if (this.readyState === WebSocket.OPEN) super.send(text);
  }
};

const input = () => terminal.querySelector("textarea");
const pressed = (button) => button.getAttribute("aria-pressed") === "true";
const press = (button, on) => button.setAttribute("aria-pressed", on);

// A phone's keyboard takes half the window: it comes when it is asked for, and not with each tap.
function lend(on) {
  press(keyboard, on);
  input().inputMode = on ? "text" : "none";
  input().blur();
  input().focus();
}

document.getElementById("keys").addEventListener("pointerdown", (event) => {
  event.preventDefault(); // the focus stays where it is
  const button = event.target.closest("button");
  if (button === ctrl) press(ctrl, !pressed(ctrl));
  else if (button?.dataset.sends && socket) socket.send(JSON.stringify(["stdin", button.dataset.sends]));
});
keyboard.addEventListener("click", () => lend(!pressed(keyboard)));
document.getElementById("again").addEventListener("click", () => location.reload());

let at = null;
terminal.addEventListener("touchstart", (event) => { at = event.touches[0].clientY; }, { passive: true });
terminal.addEventListener("touchmove", (event) => {
  event.preventDefault();
  const { clientX, clientY } = event.touches[0];
  if (Math.abs(at - clientY) < ROW) return;
  const turn = { deltaY: at - clientY, clientX, clientY, bubbles: true, cancelable: true };
  terminal.querySelector(".xterm-screen").dispatchEvent(new WheelEvent("wheel", turn));
  at = clientY;
}, { passive: false });

// A browser keeps Ctrl+N, Q, T and W to itself: Alt stands in for Ctrl with them. Ctrl+V is its own paste.
addEventListener("keydown", (event) => {
  held = event.ctrlKey || event.metaKey;
  const own = event.altKey && !event.ctrlKey && /^Key([NQTW])$/.exec(event.code);
  if (own && socket) socket.send(JSON.stringify(["stdin", String.fromCharCode(own[1].charCodeAt(0) & 31)]));
  if (own) event.preventDefault();
  if (own || (event.ctrlKey && event.code === "KeyV")) event.stopImmediatePropagation();
}, true);
// It closes its window at Ctrl+W, which deletes a word elsewhere: it is to ask.
for (const kind of ["keyup", "blur"]) addEventListener(kind, () => { held = false; }, true);
addEventListener("beforeunload", (event) => {
  if (held && socket?.readyState === WebSocket.OPEN) event.preventDefault();
});

// Without https a browser lends its clipboard to no script, but copies what is selected.
if (!navigator.clipboard) {
  const writeText = async (text) => {
    const field = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
    input().focus();
  };
  Object.defineProperty(navigator, "clipboard", { value: { writeText } });
}

visualViewport?.addEventListener("resize", () => {
  document.body.style.height = `${visualViewport.height}px`;
  dispatchEvent(new Event("resize"));
});

// The framework's script measures the font as soon as it runs: it runs once the font is there.
addEventListener("load", async () => {
  const fonts = ["16px", "bold 16px", "italic 16px"].map((one) => document.fonts.load(`${one} "Roboto Mono"`));
  await Promise.allSettled(fonts);
  const script = document.createElement("script");
  script.src = "textual.js";
  script.onload = () => {
    window.onload();
    if (touched) input().inputMode = "none";
    input().focus();
  };
  document.head.append(script);
});
