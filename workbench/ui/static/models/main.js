/** The Models tab: versions on their threads, two of them compared. Framework-free; no data is ever HTML. */

import { append, element } from '../frame/dom.js';
import { Compare } from './compare.js';
import { registerKeys } from './keys.js';
import { Lineage } from './lineage.js';
import { Room } from './room.js';
import { refreshAges } from './words.js';

const TICK = 30000; // milliseconds after which "2 min ago" may be another

/** Calls `run` when `node` is seen for the first time: a comparison costs a job, and a hidden tab asks for none. */
function onceSeen(node, run) {
  const watcher = new IntersectionObserver(([entry]) => {
    if (!entry.isIntersecting) return;
    watcher.disconnect();
    run();
  });
  watcher.observe(node);
}

/**
 * Mounts the tab.
 *
 * @param {HTMLElement} place the tab's empty element
 * @param {object} frame what the frame gives to every room
 */
export function mount(place, frame) {
  const root = element('div.models');
  place.replaceChildren(root);
  registerKeys(frame);
  const room = new Room(frame);
  append(root, [new Lineage(room).node, new Compare(room).node]);
  onceSeen(root, async () => {
    await room.load();
    room.follow();
  });
  setInterval(() => refreshAges(root), TICK);
}
