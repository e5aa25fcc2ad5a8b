/** One line: its ink, and under it what each of the two versions read, with what is wrong and what only one got right. */

import { direction, t } from '../frame/catalogue.js';
import { element } from '../frame/dom.js';
import { fit } from '../ocr/fit.js';
import { languageOf } from '../ocr/text.js';
import { marked } from './marks.js';

const AIR = 12; // px of an image beside its ink, both sides together
const SLACK = 8; // px by which a text may be wider than it was measured: it must not wrap for them

/** A reading with its marks; background and underline only, so that letters go on joining. */
function reading(item, side) {
  const { text, errors } = item[side];
  const other = item[side === 'a' ? 'b' : 'a'].text;
  if (!text) return element('p.models-reading.models-nothing', { dir: direction(), data: { side } }, t('models.line.nothing'));
  const parts = marked(item.truth, text, other);
  // what the measure does not count is not marked either
  const kindOf = (part) => (part.kind === 'wrong' && errors === 0 ? 'same' : part.kind);
  return element('p.models-reading', { lang: languageOf(text), data: { side } }, parts.map((part) => {
    const classes = [kindOf(part) !== 'same' && `models-${kindOf(part)}`, part.gap && errors > 0 && `models-gap-${part.gap}`].filter(Boolean);
    return classes.length ? element('span', { class: classes.join(' ') }, part.text) : part.text;
  }));
}

/** Which version it is, and how many errors it made. */
function label(name, side, { errors }) {
  return element('p.models-line-label', { dir: direction(), data: { side } }, element('bdi', { dir: 'ltr' }, name), element('span', {}, errors ? t('models.errors', { count: errors }) : t('models.right')));
}

/** The ink; its place is kept while it comes. */
function ink(item) {
  if (!item.image) return element('div.models-ink.models-no-ink', { dir: direction() }, t('models.line.no_image'));
  const image = element('img', { loading: 'lazy', decoding: 'async', src: item.image, alt: t('models.line.image', { number: item.number, page: item.page_name }) });
  const box = element('div.models-ink', {}, image);
  image.addEventListener('load', () => fitRows([box.parentNode]));
  image.addEventListener('error', () => box.replaceWith(ink({ ...item, image: null })));
  return box;
}

/** The number of the line, which leads to it where it can be corrected. */
function number(item, room) {
  const name = t('models.line.open', { number: item.number, page: item.page_name });
  if (item.page_id === null) return element('span.models-line-number', { title: item.page_name }, String(item.number));
  const open = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    room.go({ tab: 'ocr', project: null, page: item.page_id, line: item.line_id });
  };
  return element('a.models-line-number', { href: `/?tab=ocr&page=${item.page_id}${item.line_id ? `&line=${item.line_id}` : ''}`, tabindex: '-1', title: name, 'aria-label': name, onclick: open }, String(item.number));
}

/** Builds the row of `item`; it runs in the direction of its page, whatever that of the interface. */
export function lineRow(item, names, room) {
  return element('li.models-line', { dir: item.direction, tabindex: '-1' },
    number(item, room), ink(item), label(names[0], 'a', item.a), reading(item, 'a'), label(names[1], 'b', item.b), reading(item, 'b'));
}

/** Lays the texts of rows under their ink: first everything is measured, then everything is set. */
export function fitRows(rows) {
  const found = rows.filter(Boolean).flatMap((row) => {
    const image = row.querySelector('img');
    const ink = image?.complete ? image.getBoundingClientRect().width - AIR : 0;
    return ink > 0 ? [...row.querySelectorAll('.models-reading:not(.models-nothing)')].map((node) => ({ node, ink, column: node.clientWidth })) : [];
  });
  if (!found.length) return;
  const { fontFamily: family, fontSize } = getComputedStyle(found[0].node);
  const size = Number.parseFloat(fontSize);
  const spacings = found.map(({ node, ink, column }) => fit({ text: node.textContent, family, size, column: column - SLACK, start: 0, ink }).spacing);
  found.forEach(({ node }, at) => node.style.setProperty('word-spacing', `${spacings[at]}px`));
}
