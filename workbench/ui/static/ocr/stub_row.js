/** A region that a person said is not a line: one quiet row that can bring it back. */

import { t } from '../frame/catalogue.js';
import { element } from '../frame/dom.js';
import { icon } from '../frame/icons.js';

/** Makes the row of such a region. It has no input, no crop and does not count. */
export function stubRow(line, desk) {
  const bring = element('button.wb-button.wb-quiet.wb-small', { type: 'button', onclick: () => desk.lineActions.setIsLine(line, true) }, t('ocr.line.bring_back'));
  const node = element('li.ocr-row.ocr-stub', { data: { line: line.id, status: 'notLine' }, dir: desk.page.view.direction },
    element('div.ocr-number', {}, icon('minus', { size: 14 })),
    element('div.ocr-row-line', { dir: desk.frame.direction() }, element('span', {}, t('ocr.state.notLine')), bring));
  return { line, node, input: null, paint() {}, fit() {} };
}
