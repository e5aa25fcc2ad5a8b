/** Before the first training: one sentence, what to do first, and the four steps. */

import { t } from '../frame/catalogue.js';
import { element, replace } from '../frame/dom.js';

const STEPS = ['correct', 'check', 'train', 'compare'];

/** The view of a workspace without trainings. */
export class Empty {
  /** Builds it; `room` knows whether there are corrections. */
  constructor(room) {
    this.room = room;
    this.words = element('p');
    this.action = element('div.training-empty-action');
    const steps = element('ol.training-steps', {}, STEPS.map((step, at) => element('li', {},
      element('strong', {}, `${at + 1}\u2002${t(`training.empty.${step}`)}`), element('span', {}, t(`training.empty.${step}_text`)))));
    this.node = element('div.training-empty', { hidden: true }, element('h2', {}, t('training.empty.title')), this.words, this.action, steps);
  }

  /** Says what comes first: to correct lines, or to start. */
  paint() {
    const corrected = this.room.choices.tasks.some((task) => task.projects.length > 0);
    replace(this.words, t(corrected ? 'training.empty.ready' : 'training.empty.nothing'));
    const go = (event) => {
      event.preventDefault();
      this.room.go({ tab: 'ocr' });
    };
    replace(this.action, !corrected && element('a.wb-button.wb-primary', { href: '/?tab=ocr', onclick: go }, t('training.empty.go')));
  }
}
