// A pad to sign on with finger, pen or mouse. The strokes go as JSON into a hidden field: emr/rules/ink.py reads them.
//
//   <div data-ink>
//     <canvas role="img" aria-label="Your signature"></canvas>
//     <input type="hidden" name="ink" value="">            what a page brings back here is drawn again
//     <p data-ink-status aria-live="polite" data-empty="No signature yet." data-drawn="There is a signature."></p>
//     <button type="button" data-ink-undo>Undo</button>
//     <button type="button" data-ink-clear>Clear</button>
//   </div>
// The field tells of each change by an "input" event. Resizing and turning never lose a stroke: until somebody
// draws on, strokes stay in the box that they were drawn in, and that box is fitted into the one on the screen.
"use strict";
{
  const PEN = 2.4; // px
  const LEAST_STEP = 1; // px; what is nearer to the last point adds bytes and no shape
  const pads = new WeakMap();
  const tenth = (length) => Math.round(length * 10) / 10;
  const within = (value, most) => tenth(Math.min(Math.max(value, 0), most));

  class Pad {
    strokes = [];
    box = null; // width and height of what they were drawn in
    pointer = null; // the one finger or pen that is drawing
    start = null; // of the first touch

    constructor(root) {
      this.canvas = root.querySelector("canvas");
      this.input = root.querySelector("input[name=ink]");
      this.status = root.querySelector("[data-ink-status]");
      this.canvas.addEventListener("pointerdown", (event) => this.begin(event));
      this.canvas.addEventListener("pointermove", (event) => this.draw(event));
      for (const name of ["pointerup", "pointercancel"]) this.canvas.addEventListener(name, (event) => this.end(event));
      root.querySelector("[data-ink-undo]").addEventListener("click", () => this.keep(this.strokes.slice(0, -1)));
      root.querySelector("[data-ink-clear]").addEventListener("click", () => this.keep([]));
      this.restore();
      new ResizeObserver(() => this.show()).observe(this.canvas);
    }

    /** Takes the strokes from the field, where the server or the browser put them back. */
    restore() {
      if (this.strokes.length) return;
      try {
        const { width, height, strokes } = JSON.parse(this.input.value);
        this.start = performance.now() - strokes.at(-1).at(-1)[2];
        [this.strokes, this.box] = [strokes, { width, height }];
      } catch {
        // Nothing that a pad wrote: this one stays empty.
      }
      this.show();
    }

    begin(event) {
      if (this.pointer !== null || event.button !== 0) return;
      event.preventDefault(); // no selection
      this.canvas.setPointerCapture(event.pointerId);
      this.pointer = event.pointerId;
      this.start ??= event.timeStamp;
      this.adoptBox();
      this.strokes.push([this.point(event)]);
      this.show();
    }

    draw(event) {
      if (event.pointerId !== this.pointer) return;
      const stroke = this.strokes.at(-1);
      const between = event.getCoalescedEvents?.() ?? [];
      for (const each of between.length ? between : [event]) {
        const point = this.point(each), last = stroke.at(-1);
        if (Math.hypot(point[0] - last[0], point[1] - last[1]) >= LEAST_STEP) stroke.push(point);
      }
      this.show();
    }

    end(event) {
      if (event.pointerId === this.pointer) this.keep(this.strokes);
    }

    keep(strokes) {
      this.strokes = strokes;
      this.pointer = null;
      if (!strokes.length) this.start = null;
      this.input.value = strokes.length ? JSON.stringify({ v: 1, ...this.box, strokes }) : "";
      this.input.dispatchEvent(new Event("input", { bubbles: true }));
      this.show();
    }

    point(event) {
      const corner = this.canvas.getBoundingClientRect();
      const { scale, left, top } = this.fit(); // other than nothing if the tablet turns within a stroke
      const x = (event.clientX - corner.left - left) / scale, y = (event.clientY - corner.top - top) / scale;
      const time = Math.max(0, Math.round(event.timeStamp - this.start));
      return [within(x, this.box.width), within(y, this.box.height), time];
    }

    /** The box on the screen. */
    shown() {
      const corner = this.canvas.getBoundingClientRect();
      return { width: tenth(corner.width), height: tenth(corner.height) };
    }

    /** How the box of the strokes lies in the one on the screen: whole, in the middle, not distorted. */
    fit() {
      const shown = this.shown(), box = this.box ?? shown;
      const scale = Math.min(shown.width / box.width, shown.height / box.height);
      return { scale, left: (shown.width - box.width * scale) / 2, top: (shown.height - box.height * scale) / 2 };
    }

    /** Before somebody draws on, the strokes move into the box on the screen, to where they are seen. */
    adoptBox() {
      const shown = this.shown(), { scale, left, top } = this.fit();
      const moved = ([x, y, t]) => [within(x * scale + left, shown.width), within(y * scale + top, shown.height), t];
      if (scale !== 1 || left || top) this.strokes = this.strokes.map((stroke) => stroke.map(moved));
      this.box = shown;
    }

    show() {
      const words = this.strokes.length ? this.status.dataset.drawn : this.status.dataset.empty;
      if (this.status.textContent !== words) this.status.textContent = words;
      const { width, height } = this.shown(), ratio = window.devicePixelRatio || 1;
      if (!width || !height) return; // not on the screen yet
      this.canvas.width = Math.round(width * ratio); // empties it, too
      this.canvas.height = Math.round(height * ratio);
      const { scale, left, top } = this.fit(), pen = this.canvas.getContext("2d");
      pen.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * left, ratio * top);
      Object.assign(pen, { lineWidth: PEN, lineCap: "round", lineJoin: "round", strokeStyle: getComputedStyle(this.canvas).color });
      for (const stroke of this.strokes) trace(pen, stroke);
    }
  }

  /** A curve through the middles between the points, as emr/ink.py draws it again. */
  function trace(pen, [[x, y], ...others]) {
    pen.beginPath();
    pen.moveTo(x, y);
    if (!others.length) pen.lineTo(x + 0.1, y);
    others.forEach(([x, y], i) => {
      const next = others[i + 1];
      if (next) pen.quadraticCurveTo(x, y, (x + next[0]) / 2, (y + next[1]) / 2);
      else pen.lineTo(x, y);
    });
    pen.stroke();
  }

  const padsIn = (part) => [part, ...part.querySelectorAll("*")].filter((each) => each.matches?.("[data-ink]"));
  const start = (part) => padsIn(part).forEach((root) => pads.has(root) || pads.set(root, new Pad(root)));
  start(document);
  document.addEventListener("htmx:load", (event) => start(event.detail.elt));
  // A browser may put the field back after scripts have run.
  window.addEventListener("pageshow", () => padsIn(document).forEach((root) => pads.get(root)?.restore()));
}
