/** Dialogs: only before something is lost or to ask what is needed. The browser's own modal keeps the focus inside. */

import { t } from './catalogue.js';
import { append, element, freshId } from './dom.js';
import { icon } from './icons.js';

/**
 * Open a dialog with any content.
 *
 * @param {{title: string, body?: Node|Node[]|string, actions?: Array, wide?: boolean, closable?: boolean}} options
 *   actions: `{label, value, kind?: 'primary'|'danger'|'quiet', safe?: boolean, run?: () => any}`; the safe one has the
 *   focus and is what Esc chooses; `run` may return `false` to keep the dialog open
 * @returns {{node: HTMLDialogElement, closed: Promise<any>, close: (value?: any) => void}}
 */
export function openDialog({ title, body = [], actions = [], wide = false, closable = actions.length === 0 }) {
  const heading = freshId('wb-dialog');
  const before = document.activeElement;
  const safe = actions.find((action) => action.safe);
  let settle;
  const closed = new Promise((resolve) => {
    settle = resolve;
  });
  const node = element('dialog.wb-dialog', { 'aria-labelledby': heading, class: wide ? 'wb-wide' : '' });
  const close = (value) => {
    if (!node.isConnected) return;
    node.close();
    node.remove();
    // the thing that had the focus may be gone: then the page keeps it
    if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    settle(value);
  };
  append(node, [
    element('div.wb-dialog-head', {}, element('h2', { id: heading }, title), closable && closeButton(close)),
    element('div.wb-dialog-body', {}, typeof body === 'string' ? element('p', {}, body) : body),
    actions.length > 0 && element('div.wb-dialog-actions', {}, actions.map((action) => actionButton(action, close))),
  ]);
  node.addEventListener('cancel', (event) => {
    event.preventDefault();
    close(safe?.value);
  });
  document.body.append(node);
  node.showModal();
  (node.querySelector('[data-safe]') || node.querySelector('[autofocus]'))?.focus();
  return { node, closed, close };
}

/**
 * Ask before something is lost.
 *
 * @param {{title: string, text?: string|string[], actions: Array}} options as for `openDialog`
 * @returns {Promise<any>} the value of the action taken; of the safe one on Esc
 */
export function confirm({ title, text = [], actions }) {
  const body = [text].flat().map((sentence) => element('p', {}, sentence));
  return openDialog({ title, body, actions, closable: false }).closed;
}

/** The button of one action. */
function actionButton(action, close) {
  const kind = action.kind ? `wb-${action.kind}` : '';
  let acting = false; // a second click asks for nothing twice
  const act = async () => {
    if (acting) return;
    acting = true;
    try {
      if (action.run && (await action.run()) === false) return;
      close(action.value);
    } finally {
      acting = false;
    }
  };
  return element('button.wb-button', { type: 'button', class: kind, onclick: act, data: action.safe ? { safe: '' } : {} }, action.label);
}

/** The cross at the end of the head. */
function closeButton(close) {
  const label = t('frame.close');
  return element('button.wb-button.wb-quiet.wb-iconic', { type: 'button', 'aria-label': label, title: label, onclick: () => close() }, icon('close'));
}
