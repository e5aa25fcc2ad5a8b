/** Gradio's own tab row, given what it lacks: arrow keys, an address, and the name of each tab in the language. */

import { address } from './address.js';
import { has, t } from './catalogue.js';
import { on } from './signals.js';

const ROW = '#wb-tabs > .tab-wrapper';

/** The buttons of the row, those in the overflow menu left out. */
function tabButtons() {
  return [...document.querySelectorAll(`${ROW} [role=tab]`)].filter((tab) => tab.getClientRects().length > 0);
}

/** The id of a tab, as Gradio writes it on its button: `wb-tab-ocr-button`. */
function tabId(button) {
  return (button.id || button.dataset.tabId || '').replace(/^wb-tab-/, '').replace(/-button$/, '');
}

/** What the row has no room for, as `{id, entry}`: the entries carry no id, but they stand in the order of all tabs. */
function overflowing() {
  const shown = new Set([...document.querySelectorAll(`${ROW} [role=tab]`)].map(tabId));
  const all = (window.gradio_config?.components ?? []).filter(({ type }) => type === 'tabitem').map(({ props }) => props.id);
  const entries = [...document.querySelectorAll(`${ROW} .overflow-dropdown button`)];
  const ids = all.filter((id) => !shown.has(id));
  return ids.length === entries.length ? entries.map((entry, at) => ({ id: ids[at], entry })) : [];
}

/** Write the name of each tab in the language; Gradio makes the buttons anew when the row has another width. */
function translate(row) {
  const named = [...[...row.querySelectorAll('[role=tab]')].map((tab) => [tab, tabId(tab)]), ...overflowing().map(({ id, entry }) => [entry, id])];
  for (const [node, id] of named) {
    const key = `frame.tab.${id}`;
    if (has(key) && node.textContent !== t(key)) node.textContent = t(key);
  }
  const more = row.querySelector('.overflow-menu > button');
  if (more && more.getAttribute('aria-label') !== t('frame.tabs_more')) more.setAttribute('aria-label', t('frame.tabs_more'));
}

/** Translate, select what the address names, and listen. */
export function installTabs() {
  const row = document.querySelector(ROW);
  if (!row) return;
  translate(row);
  row.querySelector('[role=tablist]')?.setAttribute('aria-label', t('frame.tabs'));
  select(address.get().tab);
  rove();
  if (row.dataset.wbInstalled) return; // each room that mounts comes by here
  row.dataset.wbInstalled = '';
  new MutationObserver(() => {
    translate(row);
    rove();
  }).observe(row, { childList: true, subtree: true });
  row.addEventListener('keydown', walk);
  row.addEventListener('click', note, true);
  on('address', ({ tab }) => select(tab));
}

/** Keep in the address which tab was clicked, before Gradio moves the button. */
function note({ target }) {
  const button = target.closest?.('[role=tab], .overflow-dropdown button');
  if (!button) return;
  const id = tabId(button) || overflowing().find(({ entry }) => entry === button)?.id;
  if (id) address.set({ tab: id }, { push: true });
  requestAnimationFrame(rove);
}

/** Open a tab by its id, if it is there and not open yet. */
function select(id) {
  const tab = tabButtons().find((button) => tabId(button) === id) ?? overflowing().find((entry) => entry.id === id)?.entry;
  if (tab && tab.getAttribute('aria-selected') !== 'true') tab.click();
}

/** Make the row one stop of the Tab key: the selected tab. */
function rove() {
  for (const tab of tabButtons()) tab.tabIndex = tab.getAttribute('aria-selected') === 'true' ? 0 : -1;
}

/** Arrows, Home and End within the row, in the direction of the interface. */
function walk(event) {
  const tabs = tabButtons();
  const here = tabs.indexOf(document.activeElement);
  if (here < 0) return;
  const forward = document.documentElement.dir === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
  const backward = forward === 'ArrowLeft' ? 'ArrowRight' : 'ArrowLeft';
  const moves = { [forward]: (here + 1) % tabs.length, [backward]: (here - 1 + tabs.length) % tabs.length, Home: 0, End: tabs.length - 1 };
  if (!(event.key in moves)) return;
  event.preventDefault();
  tabs[moves[event.key]].focus();
  tabs[moves[event.key]].click();
}
