/** The Training tab: models learn from what people corrected. Framework-free, by REST; no data is ever HTML. */

import { Room } from './room.js';

/**
 * Mounts the tab.
 *
 * @param {HTMLElement} place the tab's empty element
 * @param {object} frame what the frame gives to every room
 */
export async function mount(place, frame) {
  const room = new Room(frame);
  place.replaceChildren(room.node);
  await room.open();
}
