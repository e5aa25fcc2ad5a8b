/** The frame of 48 px: wordmark, Gradio's tab row between, job pill, save state, keys, theme, person. */

import { t } from './catalogue.js';
import { element } from './dom.js';
import { icon } from './icons.js';
import { jobPlace } from './jobs.js';
import { keys } from './keys.js';
import { drawInitial, personButton, themeButton } from './person.js';
import { saveStatePlace } from './savestate.js';
import { on } from './signals.js';

/** Build the bar and lay it over the tab row; the row itself stays Gradio's. */
export function installBar() {
  const person = personButton();
  const label = t('frame.keys.sheet');
  const help = element('button.wb-button.wb-quiet.wb-iconic.wb-wide-only',
    { type: 'button', 'aria-label': label, title: `${label} (F1)`, 'aria-keyshortcuts': 'F1', onclick: keys.openSheet }, icon('keyboard'));
  const tools = element('div.wb-tools', {}, jobPlace(), saveStatePlace(), help, themeButton(), person);
  const home = element('a.wb-wordmark', { href: '/', 'aria-label': t('frame.home') }, icon('mark', { size: 18 }), element('span', {}, t('frame.name')));
  const skip = element('a.wb-skip', { href: '#wb-tabs', onclick: skipToWork }, t('frame.skip'));
  const header = element('header.wb-frame', { 'aria-label': t('frame.name') }, skip, home, tools);
  document.body.prepend(header);
  on('session', () => drawInitial(person));
  new ResizeObserver(() => reserve(home, tools)).observe(header);
  new ResizeObserver(() => reserve(home, tools)).observe(tools);
}

/** Keep the tab row clear of what lies over its two ends. */
function reserve(home, tools) {
  const root = document.documentElement.style;
  root.setProperty('--wb-wordmark-width', `${Math.ceil(home.offsetWidth)}px`);
  root.setProperty('--wb-tools-width', `${Math.ceil(tools.offsetWidth)}px`);
}

/** Jump over the bar to the work. */
function skipToWork(event) {
  const work = document.querySelector('[data-wb-work]');
  if (!work) return;
  event.preventDefault();
  work.focus();
}
