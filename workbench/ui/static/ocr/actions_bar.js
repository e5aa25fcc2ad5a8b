/** The bottom bar of a narrow screen: the four moves of a thumb. */

import { t } from '../frame/catalogue.js';
import { element } from '../frame/dom.js';
import { icon } from '../frame/icons.js';

/** Builds the bar; `desk` acts. Pressing a button leaves the focus, and with it the keyboard, in the line. */
export function actionsBar(desk) {
  const button = (className, name, run, ...content) => element(`button.wb-button${className}`, {
    type: 'button', 'aria-label': name, onpointerdown: (event) => event.preventDefault(), onclick: run,
  }, content);
  const step = (by) => () => {
    const line = desk.page && desk.page.neighbour(desk.page.current, by);
    if (line) desk.list.focus(line.id);
  };
  return element('div.ocr-actions', { role: 'toolbar', 'aria-label': t('ocr.actions.label') },
    button('.wb-iconic', t('ocr.keys.previousLine'), step(-1), icon('previous')),
    button('.ocr-wide', t('ocr.keys.accept'), () => desk.editor.accept(), t('ocr.actions.accept')),
    button('.wb-primary.ocr-wide', t('ocr.keys.next'), () => desk.editor.next(1), t('ocr.actions.next')),
    button('.wb-iconic', t('ocr.keys.nextLine'), step(1), icon('next')));
}
