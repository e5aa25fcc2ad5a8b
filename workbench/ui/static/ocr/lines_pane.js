/** The pane of the lines: how far the page is, in what order, what is being read, and the keys of the moment. */

import { duration, t } from '../frame/catalogue.js';
import { element, replace } from '../frame/dom.js';
import { icon } from '../frame/icons.js';
import { told } from '../frame/progress.js';
import { minutesLeft } from './pace.js';
import { PageEnd } from './page_end.js';

const HINTS = { line: ['next', 'previous', 'accept', 'revert'], conflict: ['next', 'previous', 'nextUnsure', 'revert'] };

/** Head, notices, list and foot. */
export class LinesPane {
  /** Builds the pane around `list`; `desk` acts. */
  constructor(desk, list) {
    Object.assign(this, { desk, list, job: null });
    this.done = element('strong');
    this.bar = element('progress.ocr-progress', { max: '1', 'aria-label': t('ocr.head.progress') });
    this.left = element('span.ocr-quiet');
    this.order = element('button.wb-button.wb-quiet.wb-small', { type: 'button', onclick: () => this.#chooseOrder() });
    this.notices = element('div.ocr-notices');
    this.foot = element('div.ocr-foot');
    this.end = new PageEnd(desk);
    list.scroller.append(this.end.node);
    const head = element('div.ocr-pane-head', {}, this.done, this.bar, this.left,
      element('span.ocr-end.ocr-quiet', {}, t('ocr.order.label')), this.order);
    this.node = element('section.ocr-lines', { 'aria-label': t('ocr.list.label') }, head, this.notices, list.scroller, this.foot);
  }

  /** Shows another page. */
  open(page) {
    this.job = null;
    page.on('head', () => this.paint());
    page.on('current', () => this.paint());
    this.paint();
  }

  /** Draws head, notices and foot anew. */
  paint() {
    const { page, preferences } = this.desk;
    const { all, done } = page.counts;
    this.done.textContent = t('ocr.head.done', { done, count: all });
    this.bar.value = all ? done / all : 0;
    this.bar.textContent = this.done.textContent;
    const minutes = minutesLeft(preferences.get('paces'), all - done);
    this.left.textContent = minutes ? t('ocr.head.left', { count: minutes }) : '';
    replace(this.order, t(`ocr.order.${page.order}`), icon('down', { size: 14 }));
    this.#paintNotices();
    this.#paintFoot();
    this.end.paint();
  }

  #chooseOrder() {
    const { desk } = this;
    const entries = ['reading', 'unsure'].map((value) => ({
      label: t(`ocr.order.${value}`), checked: desk.page.order === value, run: () => desk.page.choose('order', value),
    }));
    desk.frame.menu(this.order, entries, { label: t('ocr.order.label'), align: 'end' });
  }

  /** Takes what a job of this page reports. */
  report(job) {
    this.job = job;
    if (this.desk.page) this.#paintNotices();
  }

  #paintNotices() {
    const { page } = this.desk;
    const { state } = page.view;
    const gone = this.desk.gone.drafts().map(({ line, text }) => [line, text]);
    const key = JSON.stringify([page.id, gone, state, page.view.message, page.lines.size, this.#read(), this.job?.progress, this.job?.queue_position, this.text]);
    if (key === this.drawn) return;
    this.drawn = key;
    const notices = [];
    if (this.text) notices.push(element('div.wb-banner.ocr-notice', { role: 'status' }, icon('crosshair'), element('p', {}, this.text)));
    notices.push(...this.desk.gone.notices());
    if (state === 'failed') notices.push(this.#failed());
    else if (state === 'queued' || state === 'reading') notices.push(this.#reading());
    else if (!page.lines.size) notices.push(this.#nothing());
    replace(this.notices, notices);
  }

  /** Says one sentence above the lines; empty takes it away. */
  notice(text) {
    this.text = text;
    if (this.desk.page) this.#paintNotices();
  }

  #read() {
    return this.desk.page.all.filter((line) => line.view.state !== 'waiting').length;
  }

  /** The page is being read: how far, and skeletons in final geometry for what has not arrived. */
  #reading() {
    const { page } = this.desk;
    const total = page.lines.size;
    const read = this.#read();
    const { job } = this;
    const counted = total > read; // when a page is read again, its lines are all there from the beginning
    const share = job?.progress ?? (counted ? read / total : 0); // the job's own: finding the lines is most of the work
    const words = page.view.state === 'queued' ? this.#queued() : counted ? t('ocr.page.reading', { read, count: total }) : told(job?.message ?? '') || t('ocr.page.finding');
    const seconds = job?.started && share > 0.15 && share < 1 ? ((Date.now() / 1000 - job.started) * (1 - share)) / share : 0;
    const time = seconds > 1 ? t('ocr.page.time_left', { time: duration(seconds) }) : '';
    const jobId = job?.id ?? page.view.job_id;
    return [
      element('div.ocr-reading-notice', { role: 'status' }, icon('ring', { spin: page.view.state === 'reading' }),
        element('span', {}, [words, time].filter(Boolean).join(', ')),
        element('progress.ocr-progress', { max: '1', value: share, 'aria-label': words }),
        jobId && element('button.wb-button.wb-quiet.wb-small', { type: 'button', onclick: () => this.desk.rest.cancelJob(jobId) }, t('ocr.page.stop'))),
      !total && [0, 1, 2, 3].map(() => element('div.ocr-skeletons', { 'aria-hidden': 'true' }, element('div.wb-skeleton'), element('div.wb-skeleton'))),
    ];
  }

  #queued() {
    const before = this.job?.queue_position;
    return before ? t('ocr.page.queued_behind', { count: before }) : t('ocr.page.queued');
  }

  #failed() {
    const { desk } = this;
    const { message, hint } = desk.page.view;
    return element('div.wb-banner.wb-grave.ocr-failed', { role: 'alert' }, icon('triangle'),
      element('p', {}, element('strong', { dir: 'auto' }, message || t('ocr.page.failed')), ' ', element('span', { dir: 'auto' }, hint)),
      element('button.wb-button', { type: 'button', onclick: () => desk.readAgain() }, t('ocr.bar.read_again')));
  }

  #nothing() {
    const { desk } = this;
    return element('div.ocr-nothing', {}, element('p', {}, t('ocr.page.nothing')),
      element('button.wb-button', { type: 'button', onclick: () => desk.viewer.addLine() }, t('ocr.add_line.title')),
      element('button.wb-button', { type: 'button', onclick: () => desk.readAgain() }, t('ocr.bar.read_again')));
  }

  #paintFoot() {
    const { desk } = this;
    const { page } = desk;
    const line = page.lines.get(page.current);
    const kind = line?.conflict?.open ? 'conflict' : 'line';
    if (this.footKind === kind) return;
    this.footKind = kind;
    const hint = (id, word = id) => element('span.ocr-hint', {}, desk.frame.keys.hint('ocr', id), t(`ocr.hint.${word}`));
    const words = kind === 'conflict' ? { next: 'save_result', nextUnsure: 'next_open', revert: 'back_to_draft' } : {};
    replace(this.foot, HINTS[kind].map((id) => hint(id, words[id])),
      element('button.wb-button.wb-quiet.wb-small.ocr-end', { type: 'button', onclick: () => desk.frame.keys.openSheet() }, desk.frame.keys.caps('F1'), t('ocr.hint.all_keys')));
  }
}
