import { schemaForm } from '/static/frame/schema_form.js';
import { same } from '/tests/same.js';

const form = schemaForm({ properties: {
  rate: { anyOf: [{ type: 'number', exclusiveMinimum: 0, maximum: 0.1 }, { type: 'null' }], default: null, title: 'Rate', 'x-open': 'recipe' },
  unheard_of: { type: 'integer', default: 3, title: 'Unheard Of' },
} });
const [rate, other] = form.nodes.map((node) => node.querySelector('input'));

export const tests = {
  'a field that is left open says who chooses, another one nothing'() {
    same([rate.placeholder, other.placeholder, rate.value, other.value], ['frame.open.recipe', '', '', '3']);
    same(form.read(), {});
  },
  'an option without a translation is called as its schema says'() {
    same(form.nodes[1].querySelector('label').textContent, 'Unheard Of');
  },
};
