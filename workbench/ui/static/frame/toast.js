/** Toasts: only for what happened elsewhere; at most two, none over the work, and every one is kept in a log. */

import { moment, t } from './catalogue.js';
import { openDialog } from './dialog.js';
import { element } from './dom.js';
import { icon } from './icons.js';
import { say } from './live.js';

const LIFE = 8000;
const AT_MOST = 2;
const LOG_LENGTH = 100;
const GLYPHS = { done: 'check', error: 'triangle', info: 'info' };

const log = [];
const waiting = [];
let place = null;

/** Put the place of the toasts into the page. */
export function installToasts() {
  place = element('div.wb-toasts', { role: 'region', 'aria-label': t('frame.messages') });
  document.body.append(place);
}

/**
 * Show a toast.
 *
 * @param {{kind?: 'done'|'info'|'error', title: string, text?: string, action?: {label: string, run: () => void}}} toast
 *   errors stay until dismissed, the others for 8 s
 */
export function toast(toast) {
  const message = { kind: 'info', ...toast, at: Date.now() / 1000 };
  log.unshift(message);
  log.length = Math.min(log.length, LOG_LENGTH);
  say(`${message.title} ${message.text || ''}`, { assertive: message.kind === 'error' });
  waiting.push(message);
  next();
}

/** Show what waits, as long as there is room. */
function next() {
  while (waiting.length && place.childElementCount < AT_MOST) show(waiting.shift());
}

/** Show one; the clock stands still while it is hovered or has the focus. */
function show(message) {
  let timer = 0;
  const node = element('div.wb-toast', { class: `wb-${message.kind}` });
  const leave = () => {
    clearTimeout(timer);
    node.remove();
    next();
  };
  const start = () => {
    clearTimeout(timer);
    if (message.kind !== 'error') timer = setTimeout(leave, LIFE);
  };
  const act = () => {
    leave();
    message.action.run();
  };
  const dismiss = t('frame.dismiss');
  node.append(
    icon(GLYPHS[message.kind] || GLYPHS.info),
    element('div.wb-toast-text', {}, element('strong', {}, message.title), message.text && element('p', {}, message.text)),
    element('div.wb-toast-actions', {},
      message.action && element('button.wb-button.wb-small', { type: 'button', onclick: act }, message.action.label),
      element('button.wb-button.wb-quiet.wb-small.wb-iconic', { type: 'button', 'aria-label': dismiss, title: dismiss, onclick: leave }, icon('close'))),
  );
  for (const name of ['pointerenter', 'focusin']) node.addEventListener(name, () => clearTimeout(timer));
  for (const name of ['pointerleave', 'focusout']) node.addEventListener(name, start);
  place.append(node);
  start();
}

/** Open the log of all toasts since the page was opened. */
export function openLog() {
  const rows = log.map((message) => element('li.wb-log-row', {},
    icon(GLYPHS[message.kind] || GLYPHS.info),
    element('div', {}, element('strong', {}, message.title), message.text && element('p', {}, message.text)),
    element('time', {}, moment(message.at))));
  const body = rows.length ? element('ul.wb-log', { tabindex: '0', 'aria-label': t('frame.messages') }, rows) : t('frame.messages_none');
  openDialog({ title: t('frame.messages'), body });
}
