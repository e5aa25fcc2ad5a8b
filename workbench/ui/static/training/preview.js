/** What a network will see: a few lines as they are, and as the options may vary them. */

import { t } from '../frame/catalogue.js';
import { element, replace } from '../frame/dom.js';
import { trouble, went } from './rest.js';

/** Opens the window; `what` is the form's value without its name. */
export async function showPreview(room, { task, projects, base_model: base, options }) {
  const place = element('div', { 'aria-busy': 'true', tabindex: '0', role: 'group', 'aria-label': t('training.preview.title') }, element('p.wb-skeleton.training-bone'));
  room.frame.dialog({ title: t('training.preview.title'), wide: true, body: place });
  const answer = await room.rest.preview({ task, projects, base_model: base, options });
  place.removeAttribute('aria-busy');
  if (!went(answer)) return replace(place, element('p.training-fault', {}, trouble(answer)));
  const { examples } = answer.data;
  const varied = examples.some(({ images }) => images.length > 1);
  return replace(place,
    element('p.wb-quiet-text', {}, t(!examples.length ? 'training.preview.nothing' : varied ? 'training.preview.varied' : 'training.preview.plain')),
    examples.map(({ name, text, images }) => element('figure.training-seen', {},
      images.map((source, at) => element('img', { src: source, alt: t(at ? 'training.preview.as_varied' : 'training.preview.as_is', { name }) })),
      element('figcaption', { dir: 'auto' }, text))));
}
