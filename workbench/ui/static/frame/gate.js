/** The two pages before the workbench: log in, and choose a password by a one-time link. */

import { api } from './api.js';
import { loadLanguage, preferredLanguage, t } from './catalogue.js';
import { replace } from './dom.js';
import { errorNote } from './notes.js';
import { installTheme } from './theme.js';

const form = document.querySelector('form');
const outcome = document.querySelector('[data-outcome]');

/** Put the person's language in the place of the English that the page came with. */
function translate() {
  for (const node of document.querySelectorAll('[data-key]')) node.textContent = t(node.dataset.key, JSON.parse(node.dataset.values || '{}'));
  document.title = document.querySelector('h1').textContent;
}

/** Where to go afterwards: a page of this site, nothing else. */
function destination() {
  const wanted = new URLSearchParams(location.search).get('next') || '/';
  const url = new URL(wanted, location.origin);
  return url.origin === location.origin ? url.pathname + url.search : '/';
}

/** Show what went wrong, and put the focus where it can be mended. */
function refuse(message, field) {
  replace(outcome, errorNote(message));
  field?.focus();
  field?.select();
}

/** Send name and password, or the new password. */
async function submit(event) {
  event.preventDefault();
  const { name, password, again } = form.elements;
  if (again && again.value !== password.value) {
    refuse({ error: t('frame.invitation.differ') }, again);
    return;
  }
  const button = form.querySelector('button');
  button.disabled = true;
  const body = again ? { password: password.value } : { name: name.value.trim(), password: password.value };
  const { status, data } = await api('POST', again ? location.pathname : '/login', body);
  button.disabled = false;
  if (status >= 200 && status < 300) location.replace(destination());
  else refuse(data, password);
}

installTheme();
loadLanguage(preferredLanguage()).then(translate);
form.addEventListener('submit', submit);
(form.elements.name || form.elements.password).focus();
