/** Figures and times as the tab writes them; what has a sign or a unit is kept from left to right in every language. */

import { has, language, number, percent, t } from '../frame/catalogue.js';
import { element } from '../frame/dom.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What stands where there is no figure. */
export const NOTHING = '–';

/** Keeps words from left to right where they stand among words of the other direction. */
export const upright = (words) => `\u2066${words}\u2069`;

/** A share as a figure in percent without its sign: `8.1`. */
export function points(share) {
  if (share === null || share === undefined) return NOTHING;
  return number(share * 100, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

/** A change of a share in points, with its sign: `−4.2`. */
export function change(share) {
  if (share === null || share === undefined) return NOTHING;
  const size = points(Math.abs(share));
  if (Number(size) === 0) return size;
  return `${share < 0 ? '\u2212' : '+'}${size}`;
}

/** How likely chance is: `p < 0.001`, `p = 0.042`. */
export function chance(p) {
  if (p < 0.001) return upright('p < 0.001');
  return upright(`p = ${number(p, { maximumFractionDigits: p < 0.1 ? 3 : 2 })}`);
}

/** What a measure is called: in the language of the interface where it is known, else as its engine says. */
export function titleOf({ name, title }) {
  const key = `models.measure.${name}`;
  return has(key) ? t(key) : element('bdi', {}, title);
}

/** What a measure is called for short: `CER, letters` is `CER`. */
export const abbreviation = (title) => title.split(',')[0];

/** The headline figure of a version, `CER 4.8 %`; empty when it has none. */
export function headline({ headline: found }, measures) {
  if (!found || found.value === null || found.value === undefined) return '';
  const title = measures.find(({ name }) => name === found.measure)?.title ?? measures[0]?.title ?? found.measure;
  return `${abbreviation(title)} ${percent(found.value, 1)}`;
}

/** How long ago something was, for what is recent; else its day. `now` and `epoch` in seconds. */
export function ago(epoch, now = Date.now() / 1000) {
  const seconds = now - epoch;
  const locale = `${language()}-u-nu-latn`;
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  if (seconds < MINUTE) return t('models.now');
  if (seconds < HOUR) return relative.format(-Math.round(seconds / MINUTE), 'minute');
  const days = Math.round((midnight(now) - midnight(epoch)) / DAY);
  if (days === 0) return relative.format(-Math.round(seconds / HOUR), 'hour');
  if (days < 7) return relative.format(-days, 'day');
  const style = { day: 'numeric', month: 'short', ...(new Date(epoch * 1000).getFullYear() !== new Date(now * 1000).getFullYear() && { year: 'numeric' }) };
  return new Intl.DateTimeFormat(locale, style).format(new Date(epoch * 1000));
}

/** The beginning of the day of a moment, in seconds. */
const midnight = (epoch) => new Date(epoch * 1000).setHours(0, 0, 0, 0) / 1000;

/** A moment that is said relative to now, with the exact one on hover. */
export function age(epoch) {
  const exact = new Intl.DateTimeFormat(`${language()}-u-nu-latn`, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(epoch * 1000));
  return element('time', { datetime: new Date(epoch * 1000).toISOString(), title: exact, data: { epoch } }, ago(epoch));
}

/** Writes all moments in `node` anew. */
export function refreshAges(node) {
  for (const time of node.querySelectorAll('time[data-epoch]')) {
    const words = ago(Number(time.dataset.epoch));
    if (time.textContent !== words) time.textContent = words;
  }
}
