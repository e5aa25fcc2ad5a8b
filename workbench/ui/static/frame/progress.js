/** What a running job says of itself, in the person's language: engines speak English, the catalogue knows their sentences. */

import { has, t } from './catalogue.js';

/** Translates a job's message; its words make the key, its numbers are put in. A sentence nobody translated stays as it is. */
export function told(message) {
  const [first, second] = (message.match(/\d+/g) ?? []).map(Number);
  const words = message.replace(/\d+/g, 'n').toLowerCase().replace(/\W+/g, '_');
  const key = `frame.progress.${words}`;
  return has(key) ? t(key, { first, second }) : message;
}
