/** The save state in the frame: what is on its way, kept here, or in conflict. Absent when there is nothing to save. */

import { t } from './catalogue.js';
import { element, replace } from './dom.js';
import { icon } from './icons.js';
import { emit } from './signals.js';

let state = { saving: 0, kept: 0, conflicts: 0, unsaved: 0 };
let known = false;
let place = null;

/** The place of the save state in the bar. */
export function saveStatePlace() {
  place = element('div.wb-save-state');
  addEventListener('beforeunload', (event) => {
    if (state.unsaved > 0) event.preventDefault();
  });
  return place;
}

/** How many things are saving, kept here, in conflict, unsaved. */
export function saveState() {
  return state;
}

/**
 * Tell the frame how saving stands.
 *
 * @param {{saving?: number, kept?: number, conflicts?: number, unsaved?: number}|null} counts `unsaved` counts what
 *   would be lost if the page were closed now (a kept draft is not lost); null: there is nothing to save here
 */
export function setSaveState(counts) {
  known = counts !== null;
  state = { saving: 0, kept: 0, conflicts: 0, unsaved: 0, ...counts };
  draw();
  emit('savecounts', state);
}

/** Draw the gravest of the counts. */
function draw() {
  if (!known) {
    place.replaceChildren();
    return;
  }
  const { conflicts, kept, saving } = state;
  if (conflicts) replace(place, jump('conflicts', 'wb-conflict', icon('conflict'), t('frame.save.conflicts', { count: conflicts })));
  else if (kept) replace(place, jump('kept', 'wb-kept', icon('cloudOff'), t('frame.save.kept', { count: kept })));
  else if (saving) replace(place, plain(icon('ring', { spin: true }), t('frame.save.saving', { count: saving })));
  else replace(place, plain(icon('check'), t('frame.save.all')));
}

/** A state that asks for a look: a button that takes one there. */
function jump(what, className, glyph, words) {
  return element('button.wb-save', { type: 'button', class: className, title: words, onclick: () => emit('savestate', what) },
    glyph, element('span', {}, words));
}

/** A state that only tells. */
function plain(glyph, words) {
  return element('span.wb-save', { title: words }, glyph, element('span', {}, words));
}
