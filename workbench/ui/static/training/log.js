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
    Object.assign(this, { job: null, shown: [] });
  }

  /** Draws the log of a job; lines that are there already stay. */
  paint(entries, job) {
    const last = entries.slice(-LAST);
    const keys = last.map(({ time, text }) => `${time} ${text}`);
    this.node.hidden = !last.length;
    const gone = job === this.job ? this.shown.findIndex((_, at) => this.shown.slice(at).every((key, place) => key === keys[place])) : -1;
    const { scrollTop, clientHeight, scrollHeight } = this.node;
    const follows = gone < 0 || scrollTop + clientHeight >= scrollHeight - 24;
    if (gone < 0) this.lines.replaceChildren();
    else for (const row of [...this.lines.children].slice(0, gone)) row.remove(); // the browser keeps in sight what is in sight
    const fresh = last.slice(this.lines.children.length);
    this.lines.append(...fresh.map(({ time, text }) => element('li', {}, element('time', {}, clock(time)), element('bdi', {}, text))));
    if (fresh.length && follows) this.node.scrollTop = this.node.scrollHeight;
    Object.assign(this, { job, shown: keys });
  }
}
