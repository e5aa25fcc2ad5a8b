/** The menu of the person at the end of the bar: language, theme, messages, keys, tokens, people, log out. */

import { api } from './api.js';
import { LANGUAGES, chooseLanguage, language, t } from './catalogue.js';
import { confirm } from './dialog.js';
import { element, replace } from './dom.js';
import { icon } from './icons.js';
import { keys } from './keys.js';
import { openPeople } from './people.js';
import { menu } from './popover.js';
import { saveState } from './savestate.js';
import { session } from './session.js';
import { on } from './signals.js';
import { THEMES, chosenTheme, setTheme, theme } from './theme.js';
import { openLog } from './toast.js';
import { openTokens } from './tokens.js';

/** The button with the person's initial. */
export function personButton() {
  const label = t('frame.person.menu');
  const button = element('button.wb-person', { type: 'button', 'aria-haspopup': 'menu', 'aria-expanded': 'false', 'aria-label': label, title: label });
  button.addEventListener('click', () => menu(button, entries(), { label, align: 'end' }));
  drawInitial(button);
  return button;
}

/** Draw the first letter of the name, or a figure when nobody is logged in. */
export function drawInitial(button) {
  const name = session().access === 'accounts' ? session().person?.name : null;
  if (name) replace(button, element('span', { dir: 'auto', 'aria-hidden': 'true' }, [...name][0].toLocaleUpperCase()));
  else replace(button, icon('person'));
}

/** What the menu offers here and to this person. */
function entries() {
  const { access, person } = session();
  const account = access === 'accounts' && person;
  return [
    { heading: account ? person.name : t(`frame.access.${access}`) },
    ...(account ? [{ label: t('frame.tokens.menu'), icon: 'key', run: openTokens }] : []),
    ...(account && person.role === 'admin' ? [{ label: t('frame.people.menu'), icon: 'people', run: openPeople }] : []),
    { label: t('frame.messages'), icon: 'bell', run: openLog },
    { label: t('frame.keys.sheet'), icon: 'keyboard', note: 'F1', run: keys.openSheet },
    '-', { heading: t('frame.language') },
    ...Object.entries(LANGUAGES).map(([code, name]) => ({ label: name, lang: code, checked: code === language(), run: () => changeLanguage(code) })),
    '-', { heading: t('frame.theme') }, ...themeEntries(),
    ...(account ? ['-', { label: t('frame.logout'), icon: 'exit', run: logOut }] : []),
  ];
}

/** Another language opens the page again: what is not saved yet is asked about by the browser. */
function changeLanguage(code) {
  if (code !== language()) chooseLanguage(code);
}

/** The three themes as entries of a menu. */
function themeEntries() {
  return THEMES.map((name) => ({ label: t(`frame.theme.${name}`), checked: name === chosenTheme(), run: () => setTheme(name) }));
}

/** Log out; asked about when something is only kept in this browser. */
async function logOut() {
  const { kept, unsaved } = saveState();
  if (kept + unsaved > 0) {
    const actions = [
      { label: t('frame.logout.stay'), value: false, safe: true },
      { label: t('frame.logout'), value: true, kind: 'danger' },
    ];
    if (!(await confirm({ title: t('frame.logout.title'), text: t('frame.logout.text', { count: kept + unsaved }), actions }))) return;
  }
  await api('POST', '/logout');
  location.assign('/login');
}

/** The button of the theme: shows what is on, offers the three. */
export function themeButton() {
  const label = t('frame.theme');
  const button = element('button.wb-button.wb-quiet.wb-iconic.wb-wide-only', { type: 'button', 'aria-haspopup': 'menu', 'aria-expanded': 'false', 'aria-label': label, title: label });
  const draw = () => replace(button, icon(theme() === 'dark' ? 'moon' : 'sun'));
  button.addEventListener('click', () => menu(button, themeEntries(), { label, align: 'end' }));
  on('theme', draw);
  draw();
  return button;
}
