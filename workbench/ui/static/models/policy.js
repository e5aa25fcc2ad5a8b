/** Who promotes: a person, or a training whose version is clearly better. */

import { t } from '../frame/catalogue.js';
import { element, freshId } from '../frame/dom.js';

const CHOICES = ['hand', 'auto'];

/** The quiet choice under the lineage; absent until it is known. */
export class PolicyChoice {
  /** Builds it; it follows `room`. */
  constructor(room) {
    const group = freshId('models-policy');
    this.inputs = CHOICES.map((value) => element('input', { type: 'radio', name: group, value, onchange: () => room.setPolicy(value) }));
    this.node = element('div.models-policy', { role: 'radiogroup', 'aria-labelledby': group, hidden: true }, element('p', { id: group }, t('models.policy')),
      this.inputs.map((input) => element('label', {}, input, element('span', {}, t(`models.policy.${input.value}`)))));
    room.on((what) => what === 'policy' && this.#paint(room.policy));
  }

  #paint(policy) {
    this.node.hidden = policy === null;
    for (const input of this.inputs) input.checked = input.value === policy;
  }
}
