/** Icons drawn for the workbench: 16 × 16, one stroke, current colour. */

const SPACE = 'http://www.w3.org/2000/svg';

/** The strokes of each icon. Names say what is shown, not what it is used for, except where a state has its own. */
const PATHS = {
  mark: ['M1.5 4.5h13', 'M1.5 12h3.2l3.3-4.6 3.3 4.6h3.2'],
  check: ['M3 8.5l3.2 3.2L13 4.8'],
  flag: ['M4 14V2.5', 'M4 3h8.2l-1.7 2.9 1.7 2.9H4'],
  pen: ['M3 13l.7-3 6.8-6.8a1.2 1.2 0 0 1 1.7 0l.6.6a1.2 1.2 0 0 1 0 1.7L6 12.3 3 13z', 'M9.3 4.4l2.3 2.3'],
  ring: ['M8 2.2a5.8 5.8 0 1 0 5.8 5.8'],
  cloudOff: ['M4.6 6.2A3 3 0 0 0 5 12.2h6.6', 'M6.6 4.3a3.9 3.9 0 0 1 5.2 3 2.5 2.5 0 0 1 1.6 3.9', 'M2.5 2.5l11 11'],
  conflict: ['M2.5 5.5h9', 'M5 3L2.5 5.5 5 8', 'M13.5 10.5h-9', 'M11 8l2.5 2.5L11 13'],
  barred: ['M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2z', 'M4 12l8-8'],
  triangle: ['M8 2.6l6 10.6H2L8 2.6z', 'M8 6.6v3', 'M8 11.4v.1'],
  clock: ['M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2z', 'M8 4.8V8l2.2 1.6'],
  square: ['M4 4h8v8H4z'],
  keyboard: ['M2 4h12v8.5H2z', 'M4.5 6.6v.1', 'M7 6.6v.1', 'M9.3 6.6v.1', 'M11.6 6.6v.1', 'M5 9.8h6'],
  moon: ['M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8z'],
  sun: ['M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6z', 'M8 1.4v1.4M8 13.2v1.4M1.4 8h1.4M13.2 8h1.4M3.3 3.3l1 1M11.7 11.7l1 1M12.7 3.3l-1 1M4.3 11.7l-1 1'],
  contrast: ['M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2z', 'M8 2.2v11.6M8 5.5h4.6M8 8h5.6M8 10.5h4.6'],
  person: ['M8 2.4a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 0 0 0-5.2z', 'M2.8 13.8c.5-2.6 2.6-4 5.2-4s4.7 1.4 5.2 4'],
  people: ['M6 3a2.3 2.3 0 1 0 0 4.6A2.3 2.3 0 0 0 6 3z', 'M1.6 13c.4-2.2 2.2-3.4 4.4-3.4s4 1.2 4.4 3.4', 'M10.6 3.2a2.3 2.3 0 0 1 0 4.2', 'M12 9.9c1.3.4 2.2 1.5 2.5 3.1'],
  key: ['M5.2 7.2a2.9 2.9 0 1 0 2.5 4.3A2.9 2.9 0 0 0 7.4 8L13 2.5', 'M11 4.5l2 2', 'M9.3 6.2l1.5 1.5'],
  globe: ['M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2z', 'M2.4 8h11.2', 'M8 2.2c-3.4 3.6-3.4 8 0 11.6 3.4-3.6 3.4-8 0-11.6z'],
  exit: ['M9.5 2.5h-6v11h6', 'M6.5 8h7.5', 'M11.5 5.5L14 8l-2.5 2.5'],
  down: ['M4 6.2l4 4 4-4'],
  up: ['M4 9.8l4-4 4 4'],
  next: ['M6.2 4l4 4-4 4'],
  previous: ['M9.8 4l-4 4 4 4'],
  back: ['M13.5 8h-11', 'M6 4.5L2.5 8 6 11.5'],
  undo: ['M5.5 3L2.8 5.7l2.7 2.7', 'M2.8 5.7h6.5a3.6 3.6 0 0 1 0 7.2H6'],
  redo: ['M10.5 3l2.7 2.7-2.7 2.7', 'M13.2 5.7H6.7a3.6 3.6 0 0 0 0 7.2H10'],
  more: ['M3.5 8v.1', 'M8 8v.1', 'M12.5 8v.1'],
  plus: ['M8 3v10', 'M3 8h10'],
  minus: ['M3 8h10'],
  fit: ['M2.5 6V2.5H6', 'M10 2.5h3.5V6', 'M13.5 10v3.5H10', 'M6 13.5H2.5V10'],
  eye: ['M1.5 8S4 3.6 8 3.6 14.5 8 14.5 8 12 12.4 8 12.4 1.5 8 1.5 8z', 'M8 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4z'],
  eyeOff: ['M3.8 5C2.3 6.3 1.5 8 1.5 8S4 12.4 8 12.4c1.1 0 2.1-.3 3-.8', 'M6.5 3.8c.5-.1 1-.2 1.5-.2 4 0 6.5 4.4 6.5 4.4s-.6 1.1-1.7 2.2', 'M2.5 2.5l11 11'],
  download: ['M8 2.5v7.5', 'M4.8 7L8 10.2 11.2 7', 'M2.8 13.3h10.4'],
  upload: ['M8 10.2V2.7', 'M4.8 5.7L8 2.5l3.2 3.2', 'M2.8 13.3h10.4'],
  file: ['M3.8 1.8h5.4l3 3v9.4H3.8z', 'M9 2v3h3'],
  folder: ['M1.8 3.5h4.4l1.5 1.8h6.5v7.4H1.8z'],
  bin: ['M2.8 4.2h10.4', 'M6 4V2.5h4V4', 'M4.2 4.4l.6 9.1h6.4l.6-9.1', 'M6.8 6.8v4.3M9.2 6.8v4.3'],
  restore: ['M2.6 8a5.4 5.4 0 1 0 1.7-4', 'M2.6 2.4v3h3'],
  history: ['M2.6 8a5.4 5.4 0 1 0 1.7-4', 'M2.6 2.4v3h3', 'M8 5v3.2l2.2 1.3'],
  search: ['M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9z', 'M10.3 10.3l3.4 3.4'],
  close: ['M3.8 3.8l8.4 8.4', 'M12.2 3.8l-8.4 8.4'],
  link: ['M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2.2-2.2A2.6 2.6 0 0 0 9 3.3l-.8.8', 'M9.2 6.8a2.6 2.6 0 0 0-3.7 0L3.3 9A2.6 2.6 0 0 0 7 12.7l.8-.8'],
  external: ['M9.5 2.5h4v4', 'M13.3 2.7L7.5 8.5', 'M11.5 9.5v4h-9v-9h4'],
  copy: ['M5.5 5.5h8v8h-8z', 'M10.5 5V2.5h-8v8H5'],
  bell: ['M8 2.2a3.9 3.9 0 0 0-3.9 3.9c0 3.4-1.4 4.7-1.4 4.7h10.6s-1.4-1.3-1.4-4.7A3.9 3.9 0 0 0 8 2.2z', 'M6.7 13a1.4 1.4 0 0 0 2.6 0'],
  crosshair: ['M8 1.5v4M8 10.5v4M1.5 8h4M10.5 8h4'],
  lines: ['M2.5 4h11M2.5 8h11M2.5 12h7'],
  reread: ['M13.4 8a5.4 5.4 0 0 1-9.7 3.2', 'M2.6 8a5.4 5.4 0 0 1 9.7-3.2', 'M12.6 2.3v2.8H9.8', 'M3.4 13.7v-2.8h2.8'],
  info: ['M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2z', 'M8 7.3v3.7', 'M8 5v.1'],
  hand: ['M5.2 8V4a1 1 0 0 1 2 0v3-4a1 1 0 0 1 2 0v4-3a1 1 0 0 1 2 0v5.5a4 4 0 0 1-4 4c-1.7 0-2.7-.8-3.5-2.2L2.5 8.8a1 1 0 0 1 1.7-1L5.2 9.5'],
};

/** Icons that point somewhere and therefore turn with the direction of the interface. */
const MIRRORED = new Set(['next', 'previous', 'back', 'undo', 'redo', 'exit', 'external']);

/**
 * Draw an icon; it is decoration, the word beside it or the button's label carries the meaning.
 *
 * @param {string} name one of `PATHS`
 * @param {{size?: number, spin?: boolean}} [options] spin: a ring that turns while something runs
 * @returns {SVGElement}
 */
export function icon(name, { size = 16, spin = false } = {}) {
  const svg = document.createElementNS(SPACE, 'svg');
  const classes = ['wb-icon', MIRRORED.has(name) && 'wb-mirrored', spin && 'wb-spin'].filter(Boolean).join(' ');
  const attributes = { class: classes, viewBox: '0 0 16 16', width: size, height: size, 'aria-hidden': 'true', focusable: 'false' };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, String(value));
  if (name === 'mark') svg.classList.add('wb-mark');
  for (const shape of PATHS[name] || PATHS.info) {
    const path = document.createElementNS(SPACE, 'path');
    path.setAttribute('d', shape);
    svg.append(path);
  }
  return svg;
}
