/** Notes inside dialogs: an error with its hint, and a secret that is shown once. */

import { t } from './catalogue.js';
import { element } from './dom.js';
import { icon } from './icons.js';

/** What went wrong and what to do. */
export function errorNote({ error, hint }) {
  return element('div.wb-note.wb-error', { role: 'alert' }, icon('triangle'), element('div', {}, element('strong', {}, error), hint && element('p', {}, hint)));
}

/** A secret that cannot be shown again, with a button that copies it. */
export function secretNote(title, secret) {
  const field = element('input.wb-input.wb-mono', { readonly: true, value: secret, dir: 'ltr', 'aria-label': title, onfocus: () => field.select() });
  const label = element('span', {}, t('frame.copy'));
  const copy = async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(secret);
    } catch {
      // the clipboard is closed to pages without https: the old command still works on a selection
      document.execCommand('copy');
    }
    label.textContent = t('frame.copied');
  };
  return element('div.wb-note.wb-done', {}, icon('check'), element('div', {},
    element('strong', {}, title),
    element('div.wb-form-row', {}, field, element('button.wb-button', { type: 'button', onclick: copy }, icon('copy'), label))));
}
