/** The OCR tab: mounts the line editor in an element. Framework-free; saves by REST; no page data is ever HTML. */

import { t } from '../frame/catalogue.js';
import { append, element } from '../frame/dom.js';
import { actionsBar } from './actions_bar.js';
import { Bar } from './bar.js';
import { installCommands, registerKeys } from './commands.js';
import { Desk } from './desk.js';
import { Drafts, livingTabs, nameTab } from './drafts.js';
import { Editor } from './editor.js';
import { Empty } from './empty.js';
import { Gone } from './gone.js';
import { LineActions } from './line_actions.js';
import { LinesPane } from './lines_pane.js';
import { List } from './list.js';
import { follow } from './live.js';
import { Preferences } from './preferences.js';
import { Projects } from './projects.js';
import { Rail } from './rail.js';
import { readAgain } from './reread.js';
import { rest } from './rest.js';
import { Saver } from './saving.js';
import { Search } from './search.js';
import { Trash } from './trash.js';
import { Undo } from './undo.js';
import { Uploads } from './uploads.js';
import { Viewer } from './viewer.js';

/** The browser's storage, or `null` where it is forbidden (a frame without cookies). */
function storageOf(window) {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/** Builds the desk with everything that stands on it. */
function furnish(root, frame) {
  const storage = storageOf(window);
  const requests = rest(frame.api);
  const tab = nameTab(navigator.locks, () => Math.random().toString(36).slice(2));
  const drafts = new Drafts(storage, frame.session.workspace ?? '', tab);
  let desk = null;
  const saver = new Saver(requests, drafts, (id) => desk.page?.lines.get(id) ?? null);
  desk = new Desk({ frame, root, rest: requests, preferences: new Preferences(storage), drafts, saver, undo: new Undo() });
  Object.assign(desk, { editor: new Editor(desk), gone: new Gone(desk), lineActions: new LineActions(desk), projects: new Projects(desk), search: new Search(desk), trash: new Trash(desk) });
  desk.list = new List(desk);
  desk.linesPane = new LinesPane(desk, desk.list);
  desk.viewer = new Viewer(desk);
  desk.rail = new Rail(desk);
  desk.bar = new Bar(desk);
  desk.empty = new Empty(desk);
  desk.uploads = new Uploads(desk, root);
  desk.readAgain = ({ all = false } = {}) => (all ? desk.project : desk.page) && readAgain(desk, all);
  return desk;
}

/** Tells frame and page how saving stands. */
function listenToSaver(desk) {
  const { saver, frame } = desk;
  saver.on('state', ({ saving, kept, conflicts, unsaved, stored }) => frame.setSaveState({ saving, kept, conflicts, unsaved: stored ? 0 : unsaved + kept + saving }));
  saver.on('line', (line) => desk.page?.lines.get(line.id) === line && desk.page.touch(line));
  saver.on('saved', (line) => {
    if (desk.page?.current !== line.id) line.mark(); // marks go when a person has saved and left the line
    desk.page?.touch(line);
    frame.say(t('ocr.say.saved', { number: line.number }));
  });
  saver.on('conflict', (line) => {
    frame.say(t('ocr.say.conflict', { number: line.number }), { assertive: true });
    desk.page?.touch(line);
  });
  saver.on('overtaken', (line) => frame.say(t('ocr.say.overtaken', { number: line.number })));
  saver.on('stray', (entry, data) => {
    desk.drafts.keep({ ...entry, committed: false });
    if (entry.page === desk.page?.id) return desk.linesPane.paint();
    const run = () => desk.openPage(entry.page, { push: true, line: entry.line });
    return frame.toast({ kind: 'error', title: t('ocr.say.stray'), text: data?.error ?? '', action: entry.page ? { label: t('ocr.say.show'), run } : undefined });
  });
  addEventListener('pagehide', () => saver.flush());
}

/** Sends what an earlier tab left behind, and keeps its drafts for when their page is opened. */
async function adoptDrafts(desk) {
  const orphans = desk.drafts.adopt(await livingTabs(navigator.locks));
  for (const draft of orphans.filter((entry) => entry.committed)) desk.saver.replay(draft);
}

/**
 * Mounts the tab.
 *
 * @param {HTMLElement} place the tab's empty element
 * @param {object} frame what the frame gives to every room
 */
export async function mount(place, frame) {
  const root = element('div.ocr');
  place.replaceChildren(root);
  registerKeys(frame);
  const desk = furnish(root, frame);
  append(root, [desk.bar.node, element('div.ocr-work', {}, desk.rail.node, desk.viewer.node, desk.linesPane.node), desk.empty.node, actionsBar(desk)]);
  listenToSaver(desk);
  installCommands(desk);
  follow(desk);
  await Promise.all([adoptDrafts(desk), desk.loadEngines(), document.fonts?.ready]);
  await desk.openAddress();
  if (desk.page && !frame.address.get().line && document.activeElement === document.body) desk.start(); // nobody was quicker
  document.fonts?.addEventListener?.('loadingdone', () => desk.page && desk.list.measure(true));
}
