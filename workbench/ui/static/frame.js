/**
 * The frame: what every room of the workbench shares. Import it as `/static/frame.js`, always by exactly this address
 * (the page's import map leads it to its version; a query string of one's own would be a second frame), or take it as the
 * second argument of `mount`.
 */

import { address, installAddress } from './frame/address.js';
import { api, upload } from './frame/api.js';
import { banner, installBanner } from './frame/banner.js';
import { installBar } from './frame/bar.js';
import * as catalogue from './frame/catalogue.js';
import { found, installConnection, lost, online } from './frame/connection.js';
import { confirm, openDialog } from './frame/dialog.js';
import { element } from './frame/dom.js';
import { installEvents } from './frame/events.js';
import { icon } from './frame/icons.js';
import { loadJobs, showJobs } from './frame/jobs.js';
import { installKeys, keys } from './frame/keys.js';
import { installLive, say } from './frame/live.js';
import { closePopover, installPopovers, menu, popover } from './frame/popover.js';
import { setSaveState } from './frame/savestate.js';
import { installSessionBanners, loadSession, session } from './frame/session.js';
import { emit, on } from './frame/signals.js';
import { recall, remember } from './frame/storage.js';
import { installTabs } from './frame/tabs.js';
import { installTheme, theme } from './frame/theme.js';
import { installToasts, toast } from './frame/toast.js';

/** What a room gets. Each entry is documented where it is made. */
export const frame = {
  t: catalogue.t, number: catalogue.number, percent: catalogue.percent, duration: catalogue.duration, moment: catalogue.moment,
  language: catalogue.language, direction: catalogue.direction,
  get session() { return session(); },
  api, upload, on, emit, online,
  /** Tell the frame that the server cannot be reached (`true`, it then asks until it can), or that it answered. */
  offline: (away) => (away ? lost() : found()),
  setSaveState, toast, banner, confirm, dialog: openDialog, menu, popover, closePopover, showJobs,
  keys, address, theme, say, element, icon, recall, remember,
};

let ready = null;

/** Build the frame once; a room's module waits for it before it mounts. */
export function start() {
  ready ||= build();
  return ready;
}

/** Install everything, in the order in which the parts need one another. */
async function build() {
  installTheme();
  installLive();
  installConnection();
  installBanner();
  await Promise.all([loadStrings(), loadSession()]);
  installToasts();
  installPopovers();
  installAddress();
  installSessionBanners();
  installBar();
  installKeys();
  installEvents(session().workspace);
  loadJobs();
  return frame;
}

/** The strings of the person's language; English when that one cannot be fetched. */
async function loadStrings() {
  try {
    await catalogue.loadLanguage(catalogue.preferredLanguage());
  } catch (error) {
    console.error(error);
    await catalogue.loadLanguage('en');
  }
}

/**
 * Mount a tab's room; called by the page for each tab when Gradio has put its element there.
 *
 * @param {HTMLElement} element the tab's empty element
 * @param {string} room for instance `ocr`: `/static/ocr/main.js` exports `mount(element, frame)`
 */
export async function mountRoom(element, room) {
  try {
    const [module] = await Promise.all([import(`/static/${room}/main.js`), start()]);
    installTabs();
    await module.mount(element, frame);
  } catch (error) {
    console.error(error);
    showFailure(element, error);
  }
}

/** Say in the tab's place that its room could not be opened. */
function showFailure(place, error) {
  const again = element('button.wb-button', { type: 'button', onclick: () => location.reload() }, catalogue.t('frame.try_again'));
  place.replaceChildren(element('div.wb-failure', { role: 'alert' }, icon('triangle', { size: 24 }),
    element('h2', {}, catalogue.t('frame.error.room')), element('p', {}, String(error?.message || error)), again));
}

start();
