/** The Feedback tab: the ledger of what people said about what models predicted. Framework-free; data is only ever text. */

import { append, element } from '../frame/dom.js';
import { Bar } from './bar.js';
import { registerKeys } from './keys.js';
import { Ledger } from './ledger.js';
import { follow } from './live.js';
import { Pane } from './pane.js';
import { Totals } from './totals.js';

/**
 * Mounts the tab.
 *
 * @param {HTMLElement} place the tab's empty element
 * @param {object} frame what the frame gives to every room
 */
export function mount(place, frame) {
  const root = element('div.feedback');
  place.replaceChildren(root);
  const ledger = new Ledger(frame, root);
  Object.assign(ledger, { bar: new Bar(ledger), totals: new Totals(ledger), pane: new Pane(ledger) });
  append(root, [ledger.bar.node, ledger.totals.node, ledger.pane.node]);
  registerKeys(ledger);
  follow(ledger);
}
