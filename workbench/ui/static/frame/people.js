/** People and invitations, for admins: who is here, invite someone, stop someone's access. */

import { api } from './api.js';
import { t } from './catalogue.js';
import { confirm, openDialog } from './dialog.js';
import { element, freshId, replace } from './dom.js';
import { icon } from './icons.js';
import { errorNote, secretNote } from './notes.js';
import { session } from './session.js';

/** Open the dialog of people. */
export async function openPeople() {
  const list = element('ul.wb-rows');
  const outcome = element('div', { 'aria-live': 'polite' });
  const form = inviteForm(async (body, done) => {
    const { status, data } = await api('POST', '/users/', body);
    if (status >= 400 || status === 0) {
      replace(outcome, errorNote(data));
      return;
    }
    done();
    replace(outcome, secretNote(t('frame.people.invited', { name: data.name }), data.invitation));
    load(list, outcome);
  });
  openDialog({ title: t('frame.people'), body: [element('p', {}, t('frame.people.text')), form, outcome, list], wide: true });
  load(list, outcome);
}

/** The form that invites. */
function inviteForm(invite) {
  const [nameId, roleId] = [freshId('wb-name'), freshId('wb-role')];
  const name = element('input.wb-input', { id: nameId, name: 'name', required: true, maxlength: 40, autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', dir: 'ltr', autofocus: true });
  const roles = ['person', 'admin'].map((role) => element('option', { value: role }, t(`frame.role.${role}`)));
  const role = element('select.wb-input', { id: roleId, name: 'role' }, roles);
  const submit = (event) => {
    event.preventDefault();
    invite({ name: name.value.trim(), role: role.value }, () => {
      name.value = '';
    });
  };
  return element('form.wb-form-row', { onsubmit: submit },
    element('div', {}, element('label', { for: nameId }, t('frame.people.name')), name),
    element('div', {}, element('label', { for: roleId }, t('frame.people.role')), role),
    element('button.wb-button.wb-primary', { type: 'submit' }, t('frame.people.invite')));
}

/** Fetch and draw the people. */
async function load(list, outcome) {
  const { status, data } = await api('GET', '/users/');
  if (status !== 200) {
    replace(outcome, errorNote(data));
    return;
  }
  replace(list, data.map((person) => row(person, list, outcome)));
}

/** One person. */
function row(person, list, outcome) {
  const state = person.disabled ? t('frame.people.disabled') : person.invited ? t('frame.people.waiting') : '';
  const stop = async () => {
    const actions = [
      { label: t('frame.people.keep'), value: false, safe: true },
      { label: t('frame.people.stop'), value: true, kind: 'danger' },
    ];
    const sure = await confirm({ title: t('frame.people.stop_title', { name: person.name }), text: t('frame.people.stop_text'), actions });
    if (!sure) return;
    const { status, data } = await api('DELETE', `/users/${encodeURIComponent(person.name)}`);
    replace(outcome, status >= 400 || status === 0 ? errorNote(data) : null);
    load(list, outcome);
  };
  const self = person.name === session().person?.name;
  return element('li.wb-row', {}, icon('person'),
    element('div', {}, element('strong', { dir: 'auto' }, person.name),
      element('small', {}, [t(`frame.role.${person.role}`), self && t('frame.people.you'), state].filter(Boolean).join(' · '))),
    !self && !person.disabled && element('button.wb-button.wb-small.wb-danger',
      { type: 'button', 'aria-label': `${t('frame.people.stop')}: ${person.name}`, onclick: stop }, t('frame.people.stop')));
}
