/** The dialog that makes one model of several: which ones, in which way, and what it is called. */

import { t } from '../frame/catalogue.js';
import { element, freshId, replace } from '../frame/dom.js';
import { errorNote } from '../frame/notes.js';
import { groups, longName } from './versions.js';
import { headline, upright } from './words.js';

const WAYS = ['vote', 'average'];

/** The versions that can be made one with others, in the order of the lineage. Pure. */
export function combinable(versions) {
  return groups(versions).flat().filter(({ combines }) => combines.length);
}

/** The ways that all of some versions know. Pure. */
export function waysOf(chosen) {
  return WAYS.filter((way) => chosen.every(({ combines }) => combines.includes(way)));
}

/** Asks for the models, the way and the name; the room makes the model. */
export function askCombination(room) {
  const versions = combinable(room.versions);
  const boxes = versions.map(({ model }) => element('input', { type: 'checkbox', value: model, checked: [room.a, room.b].includes(model), onchange: () => paint() }));
  const group = freshId('models-way');
  const radios = WAYS.map((value, at) => element('input', { type: 'radio', name: group, value, checked: at === 0 }));
  const name = element('input.wb-input', { type: 'text', dir: 'ltr', maxlength: 64, autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false' });
  const fault = element('div');
  const chosen = () => versions.filter((_, at) => boxes[at].checked);
  const paint = () => {
    const known = waysOf(chosen());
    for (const radio of radios) radio.disabled = !known.includes(radio.value);
    if (radios.some(({ checked, disabled }) => checked && disabled)) radios[0].checked = true;
  };
  const begin = async () => {
    const models = chosen().map(({ model }) => model);
    const wish = { name: name.value.trim(), models, average: radios[1].checked };
    const refused = models.length < 2 ? { error: t('models.combine.few') } : await room.combine(wish);
    replace(fault, refused && errorNote(refused));
    return !refused;
  };
  const row = (input, ...words) => element('label', {}, input, element('span', {}, words));
  const version = (entry, at) => {
    const figure = headline(entry, room.measures);
    return row(boxes[at], element('bdi', { dir: 'ltr' }, longName(entry)), figure && element('small', {}, upright(figure)));
  };
  paint();
  room.frame.dialog({
    title: t('models.combine.title'),
    body: element('div.models-combination', {},
      element('fieldset', {}, element('legend', {}, t('models.combine.models')), element('div.models-members', {}, versions.map(version))),
      element('fieldset', {}, element('legend', {}, t('models.combine.way')),
        radios.map((radio) => row(radio, t(`models.combine.${radio.value}`), element('small', {}, t(`models.combine.${radio.value}.text`))))),
      element('label.models-combination-name', {}, t('models.combine.name'), name), fault),
    actions: [{ label: t('models.combine.back'), value: false, safe: true }, { label: t('models.combine.begin'), value: true, kind: 'primary', run: begin }],
  });
  name.focus();
}
