// A signature drawn with a finger, a pen or the mouse; whoever cannot draw uses the typed name.

const form = document.getElementById("sign");
const pad = form.querySelector("canvas");
const drawing = form.querySelector("[data-draw]");
const sample = form.querySelector("[data-typed]");
const pen = pad.getContext("2d");
let lines = [];

form.querySelector("[data-draw-choice]").hidden = false;

// The picture is as wide as the field, whatever the screen's density, so that it stays small.
function fit() {
  const { width, height } = pad.getBoundingClientRect();
  if (!width) return;
  [pad.width, pad.height] = [Math.min(width, 640), Math.min(width, 640) * (height / width)];
  pen.lineWidth = 2.5;
  pen.lineCap = pen.lineJoin = "round";
  pen.strokeStyle = "#11181c";
  for (const line of lines) stroke(line);
}

function stroke(line) {
  pen.beginPath();
  line.forEach(([x, y], at) => (at ? pen.lineTo : pen.moveTo).call(pen, x * pad.width, y * pad.height));
  if (line.length === 1) pen.lineTo(line[0][0] * pad.width + 0.1, line[0][1] * pad.height);
  pen.stroke();
}

function point(event) {
  const { left, top, width, height } = pad.getBoundingClientRect();
  return [(event.clientX - left) / width, (event.clientY - top) / height];
}

function keep() {
  form.elements.drawn.value = lines.length ? pad.toDataURL("image/png") : "";
}

pad.addEventListener("pointerdown", (event) => {
  pad.setPointerCapture(event.pointerId);
  lines.push([point(event)]);
  stroke(lines.at(-1));
});
pad.addEventListener("pointermove", (event) => {
  if (!pad.hasPointerCapture(event.pointerId)) return;
  lines.at(-1).push(point(event));
  stroke(lines.at(-1).slice(-2));
});
pad.addEventListener("pointerup", keep);
pad.addEventListener("pointercancel", keep);

form.querySelector("[data-clear]").addEventListener("click", () => {
  lines = [];
  pen.clearRect(0, 0, pad.width, pad.height);
  keep();
});

function show() {
  const drawn = form.elements.mark.value === "drawn";
  drawing.hidden = !drawn;
  sample.hidden = drawn;
  sample.textContent = form.elements.name.value;
  if (drawn) fit();
}

form.addEventListener("change", show);
form.elements.name.addEventListener("input", show);
window.addEventListener("resize", fit);
show();
