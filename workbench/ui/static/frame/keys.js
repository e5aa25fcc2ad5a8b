/** The registry of keys and the sheet on F1 that is made from it: what is shown is what works. */

import { t } from './catalogue.js';
import { openDialog } from './dialog.js';
import { element } from './dom.js';

const tables = new Map();
let sheet = null;

/** Whether this is a Mac: there Option types letters and Cmd takes the place of Ctrl. */
const MAC = /mac|iphone|ipad/i.test(navigator.userAgentData?.platform || navigator.platform || '');

/** Words on the caps that the catalogue translates or a Mac draws as signs. */
const SIGNS = {
  Cmd: '⌘', Control: '⌃', Alt: MAC ? '⌥' : 'Alt', Shift: MAC ? '⇧' : 'Shift', Escape: 'Esc',
  ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓',
};

/**
 * Register the keys of a place.
 *
 * @param {string} scope for instance `ocr`; a second table of the same scope replaces the first
 * @param {Array<{id: string, keys: {mac: string, other: string}, label: string}>} table `keys` like `Alt+1…9`, several
 *   separated by ` / `; `label` is a key of the catalogue
 * @param {{title?: string}} [options] title: a key of the catalogue, `<scope>.keys.title` unless told otherwise
 * @returns {() => void} takes the table away
 */
function register(scope, table, { title = `${scope}.keys.title` } = {}) {
  tables.set(scope, { table, title });
  return () => tables.delete(scope);
}

/** The combination of a row on this machine, for instance `Alt+J`; empty when there is no such row. */
function combination(scope, id) {
  const row = tables.get(scope)?.table.find((entry) => entry.id === id);
  return row ? row.keys[MAC ? 'mac' : 'other'] : '';
}

/**
 * Draw a combination as caps, always left to right.
 *
 * @param {string} keys for instance `Shift+Enter`
 * @returns {HTMLElement}
 */
function caps(keys) {
  const groups = keys.split(' / ').map((group) => group.split(/\+(?=.)/).map((cap) => element('kbd.wb-key', {}, SIGNS[cap] || cap)));
  const parts = groups.flatMap((group, index) => (index ? [element('span.wb-key-or', {}, '/'), ...group] : group));
  return element('bdi.wb-keys', { dir: 'ltr' }, parts);
}

/** Draw the caps of a registered row. */
function hint(scope, id) {
  return caps(combination(scope, id));
}

/** Open the sheet of all keys, or close it. */
function openSheet() {
  if (sheet) {
    sheet.close();
    return;
  }
  const sections = [...tables.values()].filter(({ table }) => table.length).map(({ table, title }) => element('section.wb-sheet', {},
    element('h3', {}, t(title)),
    element('dl', {}, table.map((row) => element('div.wb-sheet-row', {},
      element('dt', {}, caps(row.keys[MAC ? 'mac' : 'other'])),
      element('dd', {}, t(row.label)))))));
  const body = element('div.wb-sheets', { tabindex: '0', role: 'group', 'aria-label': t('frame.keys.sheet') }, sections);
  sheet = openDialog({ title: t('frame.keys.sheet'), body, wide: true });
  sheet.closed.then(() => {
    sheet = null;
  });
}

/** Listen for F1, which is the browser's help otherwise. */
export function installKeys() {
  register('frame', [
    { id: 'sheet', keys: { mac: 'F1', other: 'F1' }, label: 'frame.keys.show' },
    { id: 'tabs', keys: { mac: 'ArrowLeft / ArrowRight', other: 'ArrowLeft / ArrowRight' }, label: 'frame.keys.tabs' },
    { id: 'close', keys: { mac: 'Escape', other: 'Escape' }, label: 'frame.keys.close' },
  ]);
  addEventListener('keydown', (event) => {
    if (event.code !== 'F1' || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    openSheet();
  }, true);
}

export const keys = { register, combination, caps, hint, openSheet, mac: MAC };
