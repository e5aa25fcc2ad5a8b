/** Gradio's own tab row, given what it lacks: arrow keys, an address, and the name of the tab in the language. */

import { address } from './address.js';
import { has, t } from './catalogue.js';
import { on } from './signals.js';

/** The buttons of the row, those in the overflow menu left out. */
function tabButtons() {
  return [...document.querySelectorAll('#wb-tabs > .tab-wrapper [role=tab]')].filter((tab) => tab.getClientRects().length > 0);
}

/** The id of a tab, as Gradio writes it on its button: `wb-tab-ocr-button`. */
function tabId(button) {
  return (button.id || button.dataset.tabId || '').replace(/^wb-tab-/, '').replace(/-button$/, '');
}

/** Translate, select what the address names, and listen. */
export function installTabs() {
  const row = document.querySelector('#wb-tabs > .tab-wrapper');
  if (!row) return;
  for (const tab of row.querySelectorAll('[role=tab]')) {
    const key = `frame.tab.${tabId(tab)}`;
    if (has(key)) tab.textContent = t(key);
  }
  row.querySelector('[role=tablist]')?.setAttribute('aria-label', t('frame.tabs'));
  select(address.get().tab);
  rove();
  row.addEventListener('keydown', walk);
  row.addEventListener('click', ({ target }) => {
    const tab = target.closest?.('[role=tab]');
    if (!tab) return;
    address.set({ tab: tabId(tab) }, { push: true });
    requestAnimationFrame(rove);
  });
  on('address', ({ tab }) => select(tab));
}

/** Open a tab by its id, if it is there and not open yet. */
function select(id) {
  const tab = tabButtons().find((button) => tabId(button) === id);
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
