/** Zooming and panning of a pane with a page in it: wheel with Ctrl, pinch, drag, keys; what is under the pointer stays. */

const STEP = 1.25;
const RANGE = [0.05, 8]; // px of screen per px of the page

/** Keeps the scale of `inner` inside the scrolling `outer`. `size()` gives the page's pixels, `onchange(scale, fitted)` hears. */
export class Zoom {
  constructor({ outer, inner, size, onchange, narrow }) {
    Object.assign(this, { outer, inner, size, onchange, narrow, scale: 1, fitted: true, touches: new Map() });
    outer.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
    outer.addEventListener('pointerdown', (event) => this.#down(event));
    outer.addEventListener('pointermove', (event) => this.#move(event));
    for (const name of ['pointerup', 'pointercancel', 'pointerleave']) outer.addEventListener(name, (event) => this.#up(event));
    new ResizeObserver(() => this.fitted && this.fit()).observe(outer);
  }

  /** Shows the whole page; on a narrow screen its whole width. */
  fit() {
    const { width, height } = this.size();
    const style = getComputedStyle(this.outer);
    const across = this.outer.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const down = this.outer.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
    if (!width || across <= 0) return;
    this.fitted = true;
    this.#apply(this.narrow() ? across / width : Math.min(across / width, Math.max(down, 40) / height));
  }

  #apply(scale) {
    const { width, height } = this.size();
    this.scale = Math.min(Math.max(scale, RANGE[0]), RANGE[1]);
    this.inner.style.width = `${width * this.scale}px`;
    this.inner.style.height = `${height * this.scale}px`;
    this.onchange(this.scale, this.fitted);
  }

  /** Zooms to `scale`, keeping the point of the pane at `x`, `y` (client pixels) where it is. */
  to(scale, x, y) {
    const pane = this.outer.getBoundingClientRect();
    const page = this.inner.getBoundingClientRect();
    const at = [x ?? pane.left + pane.width / 2, y ?? pane.top + pane.height / 2];
    const share = [(at[0] - page.left) / page.width, (at[1] - page.top) / page.height];
    this.fitted = false;
    this.#apply(scale);
    const now = this.inner.getBoundingClientRect();
    this.outer.scrollLeft += now.left + share[0] * now.width - at[0];
    this.outer.scrollTop += now.top + share[1] * now.height - at[1];
  }

  /** One step in (1) or out (-1). */
  step(direction) {
    this.to(this.scale * STEP ** direction);
  }

  #wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.to(this.scale * Math.exp(-event.deltaY / (event.deltaMode ? 10 : 300)), event.clientX, event.clientY);
  }

  #down(event) {
    this.touches.set(event.pointerId, [event.clientX, event.clientY]);
    this.moved = 0;
  }

  #move(event) {
    const last = this.touches.get(event.pointerId);
    if (!last) return;
    const now = [event.clientX, event.clientY];
    if (this.touches.size === 2) this.#pinch(event.pointerId, last, now);
    else if (event.pointerType !== 'touch' && event.buttons & 1) this.#pan(event, last, now);
    this.touches.set(event.pointerId, now);
  }

  /** Two fingers: the distance between them is the scale. */
  #pinch(id, last, now) {
    const [other] = [...this.touches].filter(([key]) => key !== id).map(([, point]) => point);
    const before = Math.hypot(last[0] - other[0], last[1] - other[1]);
    const after = Math.hypot(now[0] - other[0], now[1] - other[1]);
    if (before > 8) this.to((this.scale * after) / before, (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
  }

  /** Dragging with a pressed button moves the page; a click that hardly moved is still a click. */
  #pan(event, last, now) {
    this.moved += Math.abs(now[0] - last[0]) + Math.abs(now[1] - last[1]);
    if (this.moved < 5) return;
    if (!this.outer.hasPointerCapture(event.pointerId)) this.outer.setPointerCapture(event.pointerId);
    this.outer.scrollLeft -= now[0] - last[0];
    this.outer.scrollTop -= now[1] - last[1];
  }

  #up(event) {
    this.touches.delete(event.pointerId);
  }

  /** Scrolls a box of the page (its pixels) into the pane, with some of the page around it; not a step further than needed. */
  show({ left, top, right, bottom }, centre = false) {
    const { outer, scale } = this;
    const offset = [this.inner.offsetLeft, this.inner.offsetTop];
    const spare = 24;
    const spans = [[left, right, offset[0], 'scrollLeft', outer.clientWidth], [top, bottom, offset[1], 'scrollTop', outer.clientHeight]];
    for (const [from, to, start, property, room] of spans) {
      const near = start + from * scale - spare;
      const far = start + to * scale + spare;
      if (centre && property === 'scrollTop') outer[property] = (near + far - room) / 2;
      else if (near < outer[property]) outer[property] = near;
      else if (far > outer[property] + room) outer[property] = Math.min(far - room, near);
    }
  }
}
