/** The line of figures over everything that passes the filter. */

import { t } from '../frame/catalogue.js';
import { element, replace } from '../frame/dom.js';
import { secondsWords } from './words.js';

/** The figures. */
export class Totals {
  constructor(ledger) {
    this.ledger = ledger;
    this.node = element('div.feedback-totals', { role: 'group', 'aria-label': t('feedback.totals.label') });
  }

  /** Draws the answer of the server. */
  show({ entries, corrected, accepted, unreadable, median_seconds: median, people, not_learnt: open }) {
    const { frame } = this.ledger;
    const figure = (name, count) => this.#figure(frame.number(count), t(`feedback.totals.${name}`, { count }));
    this.ledger.bar.freeze.disabled = entries === 0 && !this.ledger.filtered;
    this.ledger.bar.exporter.disabled = entries === 0;
    replace(this.node,
      figure('entries', entries), figure('corrected', corrected), figure('accepted', accepted), figure('unreadable', unreadable),
      median !== null && this.#figure(secondsWords(median), t('feedback.totals.median')),
      figure('people', people),
      element('span.feedback-open', {}, t('feedback.totals.not_learnt', { count: open })));
    this.node.hidden = entries === 0 && !this.ledger.filtered;
  }

  #figure(value, label) {
    return element('span', {}, element('strong', {}, element('bdi', { dir: 'auto' }, value)), ' ', label);
  }
}
