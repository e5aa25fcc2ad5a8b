/** What is taken for what: by how much it became rarer, and as a filter of the lines. */

import { number, t } from '../frame/catalogue.js';
import { element, replace } from '../frame/dom.js';
import { icon } from '../frame/icons.js';

const FEW = 5;
const MARK = /^\p{M}/u;

/** A character as it can be seen: a point stands on a circle, a space and nothing are said in words. */
export function visible(text) {
  if (text === '') return { words: t('models.confusion.nothing'), named: true };
  if (!text.trim()) return { words: t('models.confusion.space'), named: true };
  return { words: MARK.test(text) ? `\u25cc${text}` : text, named: false };
}

/** A confusion in words: `ד read as ר`. */
export const confusionWords = ({ truth, said }) => t('models.confusion', { truth: visible(truth).words, said: visible(said).words });

/** The list of confusions of one comparison. */
export class Confusions {
  /** Builds it; `narrow` gets the confusion that is chosen, or `null`. */
  constructor({ confusions }, names, narrow) {
    Object.assign(this, { confusions, names, narrow, chosen: null, all: false });
    this.most = Math.max(1, ...confusions.flatMap(({ a, b }) => [a, b]));
    this.list = element('ul', { role: 'list' });
    this.more = element('button.wb-button.wb-quiet.wb-small', { type: 'button', hidden: confusions.length <= FEW, onclick: () => this.#showAll() }, t('models.confusions.all', { count: confusions.length }));
    this.node = element('section.models-confusions', { hidden: !confusions.length }, element('h3', {}, t('models.confusions'), ' ', element('small', {}, t('models.confusions.hint'))), this.list, this.more);
    this.#paint();
  }

  /** Chooses a confusion; the chosen one again, or `null`, lets go of it. */
  choose(confusion) {
    this.chosen = confusion === this.chosen ? null : confusion;
    for (const [at, button] of [...this.list.querySelectorAll('button')].entries()) button.setAttribute('aria-pressed', String(this.confusions[at] === this.chosen));
    this.narrow(this.chosen);
  }

  #showAll() {
    this.all = true;
    this.more.hidden = true;
    this.#paint();
    this.list.querySelectorAll('button')[FEW]?.focus();
  }

  #paint() {
    replace(this.list, (this.all ? this.confusions : this.confusions.slice(0, FEW)).map((entry) => element('li', {}, this.#row(entry))));
  }

  #row(entry) {
    const { truth, said, a, b } = entry;
    const [first, second] = this.names;
    const glyph = (text) => element('bdi.models-glyph', { class: visible(text).named ? 'models-named' : '' }, visible(text).words);
    const bar = (count) => element('span', { hidden: !count, style: { 'inline-size': `${(count / this.most) * 100}%` } });
    return element('button', { type: 'button', 'aria-pressed': String(entry === this.chosen), 'aria-label': t('models.confusion.label', { confusion: confusionWords(entry), first, second, a, b }), onclick: () => this.choose(entry) },
      glyph(truth), element('span.models-read-as', {}, t('models.confusion.read_as')), glyph(said),
      element('span.models-count', {}, number(a)), icon('next', { size: 12 }), element('span.models-count.models-after', {}, number(b)),
      element('span.models-bars', { 'aria-hidden': 'true' }, bar(a), bar(b)));
  }
}
