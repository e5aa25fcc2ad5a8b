/** The pane of the comparison: its head, and below what there is to show, from nothing at all to the lines. */

import { t } from '../frame/catalogue.js';
import { element, replace } from '../frame/dom.js';
import { errorNote } from '../frame/notes.js';
import { Confusions } from './confusions.js';
import { emptyState, progressState, skeleton } from './empty.js';
import { figures } from './figures.js';
import { Head, verdictWords } from './head.js';
import { commandOf } from './keys.js';
import { Lines } from './lines.js';
import { shortNames } from './versions.js';

/** Draws whatever stage the comparison is at. */
export class Compare {
  /** Builds it; it draws itself whenever `room` changes. */
  constructor(room) {
    this.room = room;
    this.head = new Head(room);
    this.notice = element('div.models-notice');
    this.lines = new Lines(room);
    this.body = element('div.models-body', { tabindex: '0', role: 'region', 'aria-label': t('models.compare') });
    this.node = element('section.models-compare', { 'aria-label': t('models.compare') }, this.head.node, this.notice, this.body);
    this.body.addEventListener('keydown', (event) => this.#pressed(event));
    room.on((what) => this.paint(what));
    this.paint('versions');
  }

  /** Draws what changed; the lines stay as they are while they are the same, so that nobody loses their place. */
  paint(what) {
    const { room } = this;
    if (what === 'policy') return;
    this.head.paint();
    replace(this.notice, room.refusal && errorNote(room.refusal));
    const stage = this.#stage();
    if (JSON.stringify(stage.key) === this.drawn) return;
    this.drawn = JSON.stringify(stage.key);
    const focused = this.body.contains(document.activeElement);
    stage.draw();
    if (focused && !this.body.contains(document.activeElement)) this.body.focus({ preventScroll: true });
  }

  /** What there is to show: `key` tells it from others, `draw` puts it into the body. */
  #stage() {
    const { room } = this;
    const { a, b } = room.pair;
    const show = (key, ...content) => ({ key, draw: () => replace(this.body, content) });
    if (!room.loaded) return show(['loading'], skeleton());
    if (room.failure) return show(['failure', room.failure], emptyState({ glyph: 'triangle', title: room.failure.error, text: room.failure.hint, label: t('frame.try_again'), run: () => room.load() }));
    if (!b) return show(['none'], emptyState({ title: t('models.empty'), text: t('models.empty.text'), label: t('models.empty.train'), run: () => room.go({ tab: 'training' }) }));
    const broken = [b, a].find((version) => version?.problem);
    if (broken) return show(['broken', broken.model, broken.problem], emptyState({ glyph: 'triangle', title: t('models.broken', { model: broken.model }), text: broken.problem }));
    if (!a) return show(['alone', b.model], emptyState({ title: t('models.alone', { model: b.model }), text: t('models.empty.text'), label: t('models.empty.train'), run: () => room.go({ tab: 'training' }) }));
    return this.#compared(a, b, show);
  }

  #compared(a, b, show) {
    const { state } = this.room.comparing;
    const pair = [a.model, b.model];
    if (state.kind === 'running') return show(['running', pair, state.job], progressState(state.job));
    if (state.kind === 'failed') {
      const again = () => this.room.comparing.open(a.model, b.model, { anew: true });
      return show(['failed', pair, state.error, state.hint], emptyState({ title: state.error, text: state.hint, label: t('models.compare.again'), run: again }));
    }
    if (state.kind === 'done') return { key: ['done', pair, state.data.verdict, state.data.items.length], draw: () => this.#draw(state.data, shortNames(a, b)) };
    return show(['asking'], skeleton());
  }

  /** Draws a comparison that is there. */
  #draw(data, names) {
    const confusions = new Confusions(data, names, (chosen) => this.lines.narrow(chosen));
    this.lines.open(data, names, () => confusions.choose(null));
    replace(this.body, element('div.models-figures', {}, figures(data, names, this.room.measures), confusions.node), this.lines.node);
    this.body.scrollTop = 0;
    this.room.frame.say(verdictWords(data));
  }

  #pressed(event) {
    const command = this.lines.node.isConnected ? commandOf(event) : '';
    if (command && this.lines.command(command)) event.preventDefault();
  }
}
