/** Tells screen readers what happened: a polite region for progress, an assertive one for conflicts and errors. */

import { element } from './dom.js';

const regions = {};

/** Put the two regions into the page, once, before anything is said. */
export function installLive() {
  for (const level of ['polite', 'assertive']) {
    const role = level === 'polite' ? 'status' : 'alert';
    regions[level] = element('div.wb-visually-hidden', { role, 'aria-live': level, 'aria-atomic': 'true' });
    document.body.append(regions[level]);
  }
}

/**
 * Say a sentence.
 *
 * @param {string} text
 * @param {{assertive?: boolean}} [options] assertive interrupts what is being read
 */
export function say(text, { assertive = false } = {}) {
  const region = regions[assertive ? 'assertive' : 'polite'];
  if (!region) return;
  // the same sentence twice is only read twice when the text changes: a no-break space does that
  region.textContent = region.textContent === text ? `${text}\u00a0` : text;
}
