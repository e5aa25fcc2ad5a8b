/** How the ledger writes models, moments, seconds and texts. */

import { language, number, t } from '../frame/catalogue.js';
import { diff } from '../frame/diff.js';
import { graphemes, nfc } from '../ocr/text.js';

const DAY = 24 * 3600 * 1000;

/** The name and version of a model without owner and task: `hebrew-letters v2`; an engine by its own name. */
export function shortModel(full) {
  const parts = full.split('/');
  return parts.length === 4 ? `${parts[2]} ${parts[3]}` : full;
}

/** The version alone when the reader knows the name already, else both. */
export function learner(full, model) {
  const [name, version] = [full.split('/').slice(0, 3).join('/'), full.split('/')[3]];
  return version && model.startsWith(`${name}/`) ? version : shortModel(full);
}

/** Seconds in short: `6.2 s` with one digit, `6 s` with none; from a minute on in minutes. */
export function secondsWords(seconds, digits = 1) {
  const value = (figure) => number(figure, { maximumFractionDigits: digits });
  return seconds < 59.5 ? t('feedback.seconds', { value: value(seconds) }) : t('feedback.minutes', { value: value(seconds / 60) });
}

/** The time of day of a moment (seconds since the epoch), on a clock of 24 hours. */
export function clock(epoch) {
  const style = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  return new Intl.DateTimeFormat(`${language()}-u-nu-latn`, style).format(new Date(epoch * 1000));
}

/** The day of a moment in words: today, yesterday, or its date. */
export function day(epoch) {
  const date = new Date(epoch * 1000);
  const midnight = (when) => new Date(when.getFullYear(), when.getMonth(), when.getDate()).getTime();
  const ago = Math.round((midnight(new Date()) - midnight(date)) / DAY);
  if (ago === 0) return t('feedback.today');
  if (ago === 1) return t('feedback.yesterday');
  const style = { day: 'numeric', month: 'short', ...(date.getFullYear() !== new Date().getFullYear() && { year: 'numeric' }) };
  return new Intl.DateTimeFormat(`${language()}-u-nu-latn`, style).format(date);
}

/** How far into a line its first change is, 0…1 from where reading starts; 0 when nothing changed. */
export function placeOf(parts) {
  const length = (some) => some.reduce((sum, { text }) => sum + text.length, 0);
  const at = parts.findIndex(({ kind }) => kind !== 'same');
  return at < 0 ? 0 : (length(parts.slice(0, at)) + parts[at].text.length / 2) / Math.max(1, length(parts));
}

/** What became of a text, letter by letter with its points: parts `{kind: same | removed | added, text}`. */
export const change = (before, after) => diff(graphemes(nfc(before)), graphemes(nfc(after)));
