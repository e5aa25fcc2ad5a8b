/** The address of what is shown: `/?tab=ocr&project=…&page=…&line=…`, `/?tab=training&job=…`, `/?tab=models&model=…&with=…`. */

import { emit } from './signals.js';

const WORDS = ['tab', 'model', 'with'];
const NUMBERS = ['project', 'page', 'line', 'job'];

/**
 * The parts of the address that are set. Ids are numbers, the tab and names of models words.
 *
 * @returns {{tab?: string, model?: string, with?: string, project?: number, page?: number, line?: number, job?: number}}
 */
function get() {
  const query = new URLSearchParams(location.search);
  const parts = {};
  for (const name of WORDS) if (query.get(name)) parts[name] = query.get(name);
  for (const name of NUMBERS) if (/^\d+$/.test(query.get(name) || '')) parts[name] = Number(query.get(name));
  return parts;
}

/**
 * Change parts of the address; the others stay, `null` takes one away.
 *
 * @param {Object} parts
 * @param {{push?: boolean}} [options] push makes a step that Back undoes; without it the present step is rewritten
 */
function set(parts, { push = false } = {}) {
  const query = new URLSearchParams(location.search);
  for (const name of [...WORDS, ...NUMBERS]) {
    if (!(name in parts)) continue;
    if (parts[name] === null || parts[name] === undefined) query.delete(name);
    else query.set(name, String(parts[name]));
  }
  const url = `${location.pathname}${query.size ? `?${query}` : ''}${location.hash}`;
  if (url === `${location.pathname}${location.search}${location.hash}`) return;
  history[push ? 'pushState' : 'replaceState'](null, '', url);
}

/** Go elsewhere in the workbench without opening the page again: a step that Back undoes, told to the listeners of `address`. */
function go(parts) {
  set(parts, { push: true });
  emit('address', get());
}

/** Tell listeners of `address` when the person goes back or forward. */
export function installAddress() {
  addEventListener('popstate', () => emit('address', get()));
}

export const address = { get, set, go };
