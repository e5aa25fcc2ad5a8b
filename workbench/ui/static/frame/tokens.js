/** API tokens of the person: created (and shown once), listed, revoked. */

import { api } from './api.js';
import { moment, t } from './catalogue.js';
import { confirm, openDialog } from './dialog.js';
import { element, freshId, replace } from './dom.js';
import { icon } from './icons.js';
import { errorNote, secretNote } from './notes.js';

/** Open the dialog of tokens. */
export async function openTokens() {
  const list = element('ul.wb-rows');
  const outcome = element('div', { 'aria-live': 'polite' });
  const id = freshId('wb-token');
  const input = element('input.wb-input', { id, name: 'name', required: true, maxlength: 100, autocomplete: 'off', autofocus: true });
  const submit = async (event) => {
    event.preventDefault();
    const { status, data } = await api('POST', '/users/me/tokens', { name: input.value.trim() });
    if (status >= 400 || status === 0) {
      replace(outcome, errorNote(data));
      return;
    }
    input.value = '';
    replace(outcome, secretNote(t('frame.tokens.created'), data.token));
    load(list, outcome);
  };
  const form = element('form.wb-form-row', { onsubmit: submit },
    element('div', {}, element('label', { for: id }, t('frame.tokens.name')), input),
    element('button.wb-button.wb-primary', { type: 'submit' }, t('frame.tokens.create')));
  const example = element('pre.wb-code', { dir: 'ltr', tabindex: '0', 'aria-label': t('frame.tokens.use') }, `curl -H "Authorization: Bearer TOKEN" -F image=@page.jpg ${location.origin}/ocr/`);
  openDialog({ title: t('frame.tokens'), body: [element('p', {}, t('frame.tokens.text')), form, outcome, list, example], wide: true });
  load(list, outcome);
}

/** Fetch and draw the tokens. */
async function load(list, outcome) {
  const { status, data } = await api('GET', '/users/me/tokens');
  if (status !== 200) {
    replace(outcome, errorNote(data));
    return;
  }
  replace(list, data.length ? data.map((token) => row(token, list, outcome)) : element('li.wb-quiet-text', {}, t('frame.tokens.none')));
}

/** One token. */
function row(token, list, outcome) {
  const used = token.used ? t('frame.tokens.used', { time: moment(token.used) }) : t('frame.tokens.unused');
  const revoke = async () => {
    const actions = [
      { label: t('frame.tokens.keep'), value: false, safe: true },
      { label: t('frame.tokens.revoke'), value: true, kind: 'danger' },
    ];
    const sure = await confirm({ title: t('frame.tokens.revoke_title', { name: token.name }), text: t('frame.tokens.revoke_text'), actions });
    if (!sure) return;
    const { status, data } = await api('DELETE', `/users/me/tokens/${token.id}`);
    replace(outcome, status >= 400 || status === 0 ? errorNote(data) : null);
    load(list, outcome);
  };
  return element('li.wb-row', {},
    icon('key'), element('div', {}, element('strong', { dir: 'auto' }, token.name),
      element('small', {}, `${t('frame.tokens.made', { time: moment(token.created) })} · ${used}`)),
    element('button.wb-button.wb-small.wb-danger', { type: 'button', 'aria-label': `${t('frame.tokens.revoke')}: ${token.name}`, onclick: revoke }, t('frame.tokens.revoke')));
}
