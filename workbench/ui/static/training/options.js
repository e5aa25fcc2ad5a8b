/** The options of a training, from the engine's schema: the main ones at once, the others behind a button. */

import { t } from '../frame/catalogue.js';
import { element, freshId, replace } from '../frame/dom.js';
import { icon } from '../frame/icons.js';
import { schemaForm } from '../frame/schema_form.js';
import { afterPause } from './pace.js';

/** The part of a schema whose properties are main, or are not. */
function part(schema, main) {
  const properties = Object.entries(schema?.properties ?? {}).filter(([, property]) => Boolean(property['x-main']) === main);
  return { ...schema, properties: Object.fromEntries(properties) };
}

/** The fields of the options. */
export class Options {
  /** Builds the places; `onchange` is called when a value has changed. */
  constructor(onchange) {
    const changed = afterPause(onchange, 400);
    this.forms = [];
    this.drawn = '';
    this.main = element('div.training-options', { oninput: changed });
    this.more = element('div.training-options.training-more', { id: freshId('training-more'), hidden: true, oninput: changed });
    this.toggle = element('button.wb-button.wb-quiet', { type: 'button', 'aria-expanded': 'false', 'aria-controls': this.more.id, onclick: () => this.#turn() }, t('training.more'), icon('down'));
  }

  /** Draws the fields of an engine; the same ones stay, with what was typed. */
  paint(engine, schema) {
    const now = JSON.stringify([engine, schema]);
    if (now === this.drawn) return;
    this.drawn = now;
    this.forms = [true, false].map((main) => schemaForm(part(schema, main)));
    replace(this.main, this.forms[0].nodes);
    replace(this.more, this.forms[1].nodes);
    this.main.hidden = !this.forms[0].nodes.length;
    this.toggle.hidden = !this.forms[1].nodes.length;
    if (this.toggle.hidden) this.more.hidden = true;
  }

  /** What differs from the usual values. */
  get value() {
    return Object.assign({}, ...this.forms.map((form) => form.read()));
  }

  /** Shows or hides the other options. */
  #turn() {
    this.more.hidden = !this.more.hidden;
    this.toggle.setAttribute('aria-expanded', String(!this.more.hidden));
    if (!this.more.hidden) this.more.scrollIntoView({ block: 'nearest' });
  }
}
