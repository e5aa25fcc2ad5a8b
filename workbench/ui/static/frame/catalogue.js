/** Strings for people in the language they chose, numbers and times as that language writes them. */

import { emit } from './signals.js';
import { recall, remember } from './storage.js';

export const LANGUAGES = { en: 'English', he: 'עברית', ar: 'العربية' };
const RIGHT_TO_LEFT = new Set(['he', 'ar']);

const formats = new Map();

let strings = {};
let current = 'en';
let plurals = new Intl.PluralRules('en');

/** The language in use: `en`, `he` or `ar`. */
export function language() {
  return current;
}

/** The direction of the interface: `ltr` or `rtl`. */
export function direction() {
  return RIGHT_TO_LEFT.has(current) ? 'rtl' : 'ltr';
}

/** The language to start with: what the person chose, else the first of the browser's that there is. */
export function preferredLanguage() {
  const chosen = recall('language');
  if (chosen in LANGUAGES) return chosen;
  const codes = (navigator.languages || [navigator.language || 'en']).map((tag) => tag.slice(0, 2).replace('iw', 'he'));
  return codes.find((code) => code in LANGUAGES) || 'en';
}

/** Fetch the strings of a language and turn the page to its direction. */
export async function loadLanguage(code) {
  const response = await fetch(`/catalogue/${code}.json`);
  if (!response.ok) throw new Error(`catalogue ${code}: ${response.status}`);
  strings = await response.json();
  current = code;
  plurals = new Intl.PluralRules(code);
  turn();
  // Gradio sets the language of the page by itself, sometimes after this
  new MutationObserver(turn).observe(document.documentElement, { attributes: true, attributeFilter: ['lang', 'dir'] });
}

/** Give the page the language in use and its direction. */
function turn() {
  const root = document.documentElement;
  if (root.lang !== current) root.lang = current;
  if (root.dir !== direction()) root.dir = direction();
}

/** Keep another language and open the page again in it: every room is built anew, nothing half translated stays. */
export function chooseLanguage(code) {
  remember('language', code);
  emit('language', code);
  location.reload();
}

/**
 * The string of a key, with its values put in.
 *
 * @param {string} key `section.name…`, for instance `ocr.state.saved`
 * @param {Object} [values] for `{name}` in the string; `count` also picks the plural form
 * @returns {string} the key itself when there is no such string
 */
export function t(key, values = {}) {
  let entry = strings[key];
  if (entry === undefined) return key;
  if (typeof entry === 'object') entry = entry[plurals.select(Number(values.count ?? 0))] ?? entry.other;
  return entry.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? shown(values[name]) : whole));
}

/** A value as it is put into a string: numbers grouped; words of the other direction isolated, so that nothing around them turns. */
function shown(value) {
  if (typeof value === 'number') return number(value);
  const words = String(value);
  const foreign = direction() === 'rtl' ? /[A-Za-z\d]/ : /[\u0590-\u08ff\ufb1d-\ufefc]/;
  return foreign.test(words) ? `\u2068${words}\u2069` : words;
}

/** Whether a key is in the catalogue. */
export function has(key) {
  return key in strings;
}

/** A number: thin groups, Latin digits in every language. `options` as for Intl.NumberFormat. */
export function number(value, options = {}) {
  const key = JSON.stringify(options);
  // making a format costs more than using it a thousand times
  if (!formats.has(key)) formats.set(key, new Intl.NumberFormat('en', { maximumFractionDigits: 2, ...options }));
  const parts = formats.get(key).format(value);
  return parts.replaceAll(',', '\u202f');
}

/** A share 0…1 as a percentage: `62 %`. */
export function percent(share, digits = 0) {
  const text = `${number(share * 100, { maximumFractionDigits: digits })}\u202f%`;
  return direction() === 'rtl' ? `\u2066${text}\u2069` : text;
}

/** Seconds in words: `40 s`, `4 min`, `2 h 5 min`. */
export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return t('frame.time.seconds', { count: whole });
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return t('frame.time.minutes', { count: minutes });
  const hours = t('frame.time.hours', { count: Math.floor(minutes / 60) });
  return minutes % 60 ? `${hours} ${t('frame.time.minutes', { count: minutes % 60 })}` : hours;
}

/** A moment: the time of today, else day and time. `epoch` in seconds. */
export function moment(epoch) {
  const date = new Date(epoch * 1000);
  const today = date.toDateString() === new Date().toDateString();
  const style = today ? { timeStyle: 'short' } : { dateStyle: 'medium', timeStyle: 'short' };
  return new Intl.DateTimeFormat(`${current}-u-nu-latn`, style).format(date);
}
