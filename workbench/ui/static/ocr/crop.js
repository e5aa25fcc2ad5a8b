/** Which part of the page a line's crop shows: one scale for the page, so that lines stand under one another as on it. */

const EDGE = 10; // px beside the ink
const LARGEST = 2.2; // px of screen for one px of a scan; a single short word is not blown up
const STEEP = 1.2; // degrees from which a crop is turned level

/** Returns the box of points `[[x, y], …]` as `{left, top, right, bottom}`. */
export function boxOf(points) {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}

/** Returns the slope of a baseline in degrees, -90…90. */
export function slopeOf(baseline) {
  if (baseline.length < 2) return 0;
  const [x0, y0] = baseline[0];
  const [x1, y1] = baseline.at(-1);
  const angle = (Math.atan2(y1 - y0, x1 - x0) * 180) / Math.PI;
  return angle > 90 ? angle - 180 : angle < -90 ? angle + 180 : angle;
}

/** Turns a line level around its centre: `{box, angle, centre}`, the box in the turned frame. */
function level(view) {
  const outline = view.polygon?.length > 2 ? view.polygon : view.baseline;
  const box = boxOf(outline);
  const centre = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  const angle = slopeOf(view.baseline);
  if (Math.abs(angle) < STEEP) return { box, angle: 0, centre };
  const [sin, cos] = [Math.sin((-angle * Math.PI) / 180), Math.cos((-angle * Math.PI) / 180)];
  const turned = outline.map(([x, y]) => [
    centre[0] + (x - centre[0]) * cos - (y - centre[1]) * sin,
    centre[1] + (x - centre[0]) * sin + (y - centre[1]) * cos,
  ]);
  return { box: boxOf(turned), angle, centre };
}

/**
 * Chooses the scale of a page.
 *
 * @param {Array} views lines of the page
 * @param {number} column width of a crop, px of screen
 * @returns {{scale: number, left: number|null, column: number}} `left` is where every crop begins, in pixels of the page;
 *   `null` when the page has columns and each crop begins at its own line
 */
export function scaleOf(views, column) {
  const boxes = views.map((view) => level(view).box);
  if (!boxes.length) return { scale: 1, left: null, column };
  const block = boxOf(boxes.flatMap(({ left, right }) => [[left, 0], [right, 0]]));
  const widest = Math.max(...boxes.map(({ left, right }) => right - left), 1);
  const shared = block.right - block.left <= widest * 1.3;
  const span = shared ? block.right - block.left : widest;
  const scale = Math.min((column - 2 * EDGE) / span, LARGEST);
  const spare = column / scale - span;
  return { scale, left: shared ? block.left - spare / 2 : null, column, right: block.right };
}

/**
 * Places one line's crop.
 *
 * @param {object} view the line
 * @param {object} frame of `scaleOf`
 * @param {{width: number, direction: string, current: boolean}} page pixels of the page, reading direction
 * @returns {{width: number, height: number, x: number, y: number, size: number, angle: number, origin: string, ink: number,
 *   inkLeft: number, inkRight: number}} CSS px; `x`, `y`, `size` for the background, `inkLeft`/`inkRight` inside the crop
 */
export function cropOf(view, frame, { width, direction, current }) {
  const { box, angle, centre } = level(view);
  const { scale, column } = frame;
  const spare = EDGE / scale;
  const own = direction === 'rtl' ? box.right + spare - column / scale : box.left - spare;
  const left = frame.left ?? own;
  const ink = (box.bottom - box.top) * scale;
  const height = Math.round(Math.min(Math.max(ink * 1.1 + 4, 38), 116) + (current ? 14 : 0));
  const top = (box.top + box.bottom) / 2 - height / scale / 2;
  return {
    width: column,
    height,
    x: -left * scale,
    y: -top * scale,
    size: width * scale,
    angle: -angle,
    origin: `${(centre[0] - left) * scale}px ${(centre[1] - top) * scale}px`,
    inkLeft: (box.left - left) * scale,
    inkRight: (box.right - left) * scale,
  };
}
