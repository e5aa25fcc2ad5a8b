/** Adding a line that was missed: two points on the page, by clicks or by a crosshair that the arrow keys move. */

import { t } from '../frame/catalogue.js';
import { say } from '../frame/live.js';
import { svg } from './polygons.js';

const STEP = 8; // px of screen that an arrow key moves the crosshair; with Shift ten times as far

/** The mode in which two points are picked. `done(baseline)` gets `[[x, y], [x, y]]` in pixels of the page. */
export class Pick {
  /** Begins; `zoom` knows pane and scale, `overlay` is the SVG over the page. */
  constructor({ zoom, overlay, size, done, ended }) {
    Object.assign(this, { zoom, overlay, size, done, ended, first: null });
    this.at = [size.width / 2, size.height / 2];
    this.cross = svg('g', { class: 'ocr-crosshair', 'aria-hidden': 'true' });
    overlay.append(this.cross);
    this.abort = new AbortController();
    const options = { signal: this.abort.signal, capture: true };
    zoom.outer.addEventListener('pointermove', (event) => this.#moved(event), options);
    zoom.outer.addEventListener('click', (event) => this.#clicked(event), options);
    document.addEventListener('keydown', (event) => this.#pressed(event), options);
    zoom.outer.classList.add('ocr-picking');
    zoom.outer.focus({ preventScroll: true });
    say(t('ocr.add_line.first'));
    this.#draw();
  }

  #point(event) {
    const box = this.zoom.inner.getBoundingClientRect();
    const inside = (value, most) => Math.min(Math.max(value / this.zoom.scale, 0), most);
    return [inside(event.clientX - box.left, this.size.width), inside(event.clientY - box.top, this.size.height)];
  }

  #moved(event) {
    this.at = this.#point(event);
    this.#draw();
  }

  #clicked(event) {
    event.preventDefault();
    event.stopPropagation();
    if (this.zoom.moved >= 5) return; // the page was dragged
    this.at = this.#point(event);
    this.#set();
  }

  #pressed(event) {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (event.key === 'Escape') this.end();
    else if (event.key === 'Enter' || event.key === ' ') this.#set();
    else if (moves[event.key]) this.#step(moves[event.key], event.shiftKey ? STEP * 10 : STEP);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #step([x, y], pixels) {
    const far = pixels / this.zoom.scale;
    this.at = [Math.min(Math.max(this.at[0] + x * far, 0), this.size.width), Math.min(Math.max(this.at[1] + y * far, 0), this.size.height)];
    this.zoom.show({ left: this.at[0], right: this.at[0], top: this.at[1], bottom: this.at[1] });
    this.#draw();
  }

  #set() {
    if (!this.first) {
      this.first = this.at;
      say(t('ocr.add_line.second'));
      this.#draw();
      return;
    }
    const baseline = [this.first, this.at].map((point) => point.map(Math.round)).sort((a, b) => a[0] - b[0]);
    if (baseline[1][0] - baseline[0][0] < 5) return; // twice the same place is no line
    this.end();
    this.done(baseline);
  }

  #draw() {
    const arm = 14 / this.zoom.scale;
    const [x, y] = this.at;
    const cross = `M${x - arm},${y} H${x + arm} M${x},${y - arm} V${y + arm}`;
    const line = this.first ? ` M${this.first[0]},${this.first[1]} L${x},${y}` : '';
    this.cross.replaceChildren(svg('path', { d: cross + line, class: 'ocr-halo' }), svg('path', { d: cross + line, class: 'ocr-outline' }));
  }

  /** Leaves the mode. */
  end() {
    this.abort.abort();
    this.cross.remove();
    this.zoom.outer.classList.remove('ocr-picking');
    this.ended();
  }
}
