/** The log of a training: its last lines; it follows the end as long as nobody has scrolled away from it. */

import { t } from '../frame/catalogue.js';
import { element } from '../frame/dom.js';

const LAST = 400;

/** The time of day of a line, to the second. */
function clock(epoch) {
  return new Date(epoch * 1000).toLocaleTimeString('en-GB');
}

/** The log. */
export class Log {
  /** Builds its place. */
  constructor() {
    this.lines = element('ol');
    this.node = element('section.training-log', { role: 'region', tabindex: '0', dir: 'ltr', 'aria-label': t('training.log'), hidden: true }, this.lines);
    this.job = null;
    this.count = 0;
  }

  /** Draws the log of a job; lines that are there already stay. */
  paint(entries, job) {
    const last = entries.slice(-LAST);
    this.node.hidden = !last.length;
    const key = last.length ? `${last[0].time} ${last[0].text}` : '';
    if (job !== this.job || key !== this.first || last.length < this.count) {
      this.lines.replaceChildren();
      this.count = 0;
      this.follows = true;
    } else {
      const { scrollTop, clientHeight, scrollHeight } = this.node;
      this.follows = scrollTop + clientHeight >= scrollHeight - 24;
    }
    Object.assign(this, { job, first: key });
    for (const { time, text } of last.slice(this.count)) this.lines.append(element('li', {}, element('time', {}, clock(time)), element('bdi', {}, text)));
    if (last.length !== this.count && this.follows) this.node.scrollTop = this.node.scrollHeight;
    this.count = last.length;
  }
}
