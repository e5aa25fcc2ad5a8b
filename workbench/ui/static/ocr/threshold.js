/** The slider of what counts as unsure; a double click brings its first value back. */

import { t } from '../frame/catalogue.js';
import { element } from '../frame/dom.js';
import { icon } from '../frame/icons.js';
import { confidence } from './status.js';

const FIRST = 0.8;
const LEAST = 0.05;
const MOST = 1;
const STEP = 0.01;

/** Makes the slider with its figure; `desk` takes the value. The bar and the menu of a narrow screen have one each. */
export function thresholdSlider(desk) {
  const slider = element('input.wb-slider', { type: 'range', min: LEAST, max: MOST, step: STEP, 'aria-label': t('ocr.bar.unsure_below') });
  const figure = element('output', { dir: 'ltr' });
  const show = (value) => {
    slider.value = String(value);
    slider.style.setProperty('--wb-share', String((value - LEAST) / (MOST - LEAST)));
    figure.textContent = confidence(value);
  };
  const set = (value) => {
    show(value);
    if (desk.page) desk.page.setThreshold(value);
    else desk.preferences.set('threshold', value);
  };
  slider.addEventListener('input', () => set(Number(slider.value)));
  slider.addEventListener('dblclick', () => set(FIRST));
  show(desk.page?.threshold ?? desk.preferences.get('threshold'));
  return element('label.ocr-threshold', { title: t('ocr.bar.unsure_below') }, icon('flag'), element('span', {}, t('ocr.bar.unsure_below')), slider, figure);
}
