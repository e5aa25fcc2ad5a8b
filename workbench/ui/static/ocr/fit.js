/** Lays the text of a line under its ink: where it starts, how far its words stand apart, how large it is. */

const WIDEST = 0.9; // em of extra space between words; letters are never squeezed or stretched
const SMALLEST = 17; // px; a text that is small to begin with (on a phone) shrinks by 15 % at most
const EDGE = 8; // px between the text and the edge of its field

let canvas = null;

/** Returns the width of `text` in pixels in `font` (a CSS font). */
function widthOf(text, font) {
  canvas ??= document.createElement('canvas').getContext('2d');
  canvas.font = font;
  return canvas.measureText(text).width;
}

/**
 * Fits a text to its ink.
 *
 * @param {{text: string, family: string, size: number, column: number, start: number, ink: number}} line `column` is the
 *   width of the field, `start` the distance of the ink from the edge where the text starts, `ink` its width, all px
 * @param {(text: string, font: string) => number} [measure] for tests
 * @returns {{size: number, spacing: number, start: number}} px
 */
export function fit({ text, family, size, column, start, ink }, measure = widthOf) {
  const spaces = (text.trim().match(/\s+/gu) ?? []).length;
  const natural = measure(text, `${size}px ${family}`);
  const from = Math.max(EDGE, Math.min(start, column / 2));
  const room = column - from - EDGE;
  if (natural <= room) {
    const spacing = spaces ? Math.min(Math.max((Math.min(ink, room) - natural) / spaces, 0), WIDEST * size) : 0;
    return { size, spacing, start: from };
  }
  // longer than its ink: first the room before the ink is given up, then the size, then the field scrolls
  const whole = column - 2 * EDGE;
  if (natural <= whole) return { size, spacing: 0, start: EDGE };
  const smallest = Math.min(SMALLEST, size * 0.85);
  return { size: Math.max(smallest, Math.floor((size * whole) / natural)), spacing: 0, start: EDGE };
}
