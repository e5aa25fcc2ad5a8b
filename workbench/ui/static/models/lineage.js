/** The lineage: one thread for each name, the newest version on top, what it began from at its end. */

import { has, t } from '../frame/catalogue.js';
import { append, element, freshId, replace } from '../frame/dom.js';
import { icon } from '../frame/icons.js';
import { askCombination, combinable } from './combine.js';
import { keepFocus } from './focus.js';
import { PolicyChoice } from './policy.js';
import { versionMenu } from './version_menu.js';
import { isPromoted, longName, standing, threads } from './versions.js';
import { age, headline, upright } from './words.js';

/** The pane at the start. On a narrow window it is folded behind a button that names what is selected. */
export class Lineage {
  /** Builds it; it draws itself whenever `room` changes. */
  constructor(room) {
    this.room = room;
    this.policy = new PolicyChoice(room);
    const id = freshId('models-lineage');
    this.toggle = element('button.wb-button.models-toggle', { type: 'button', 'aria-expanded': 'false', 'aria-controls': id, onclick: () => this.#fold() });
    this.tasks = element('div.wb-segmented.models-tasks', { role: 'group', 'aria-label': t('models.tasks') });
    this.threads = element('div.models-threads');
    this.making = element('div.models-making');
    this.panel = element('div.models-lineage-panel', { id, tabindex: '0', role: 'region', 'aria-label': t('models.lineage') }, this.tasks, this.threads, this.making, this.policy.node);
    this.node = element('div.models-lineage', {}, this.toggle, this.panel);
    room.on((what) => ['versions', 'choice', 'making'].includes(what) && this.paint());
    this.paint();
  }

  #fold(open = this.toggle.getAttribute('aria-expanded') !== 'true') {
    this.toggle.setAttribute('aria-expanded', String(open));
    this.node.classList.toggle('models-open', open);
  }

  /** Draws it anew; what has the focus keeps it. */
  paint() {
    const { room } = this;
    const { b } = room.pair;
    replace(this.toggle, element('span', {}, b ? element('bdi', {}, longName(b)) : t('models.lineage')), icon('down', { size: 14 }));
    keepFocus(this.panel, () => {
      replace(this.tasks, room.tasks.map((entry) => this.#task(entry)));
      if (room.loaded) replace(this.threads, threads(room.versions).map((thread) => this.#thread(thread)));
      else replace(this.threads, [70, 90, 60].map((share) => element('div.wb-skeleton', { style: { 'inline-size': `${share}%` } })));
      replace(this.making, [...room.making.values()].map((name) => element('p', {}, icon('ring', { size: 14, spin: true }), t('models.combine.making', { name }))),
        combinable(room.versions).length > 1 && element('button.wb-button.wb-small', { type: 'button', data: { key: 'combine' }, onclick: () => askCombination(room) }, icon('plus'), t('models.combine.open')));
    });
  }

  #task({ task, title }) {
    const { room } = this;
    const key = `frame.tab.${task}`;
    const count = room.lists.get(task)?.length;
    return element('button', { type: 'button', 'aria-pressed': String(task === room.task), data: { key: `task ${task}` }, onclick: () => room.chooseTask(task) },
      has(key) ? t(key) : title ?? task, count !== undefined && ` ${count}`);
  }

  #thread({ title, nodes, name }) {
    return element('section.models-thread', {},
      element('h3', {}, element('bdi', { dir: 'ltr' }, title)),
      element('ol', { role: 'list' }, nodes.map((version) => this.#version(version, version.name !== name))));
  }

  /** One version: what selects it, and behind it the button of its menu. */
  #version(version, foreign) {
    const { room } = this;
    const current = version.model === room.b;
    const name = foreign ? longName(version) : `v${version.version}`;
    const select = element('button.models-version', {
      type: 'button', 'aria-current': current ? 'true' : null, data: { key: `version ${version.model}` },
      onclick: () => { this.#fold(false); room.choose(version); },
    }, element('span.models-version-name', {}, element('bdi', { dir: 'ltr' }, name)), standingChip(version, room.versions), this.#note(version));
    const label = t('models.menu.label', { model: version.model });
    const more = element('button.wb-button.wb-quiet.wb-iconic.wb-small.models-more', {
      type: 'button', 'aria-label': label, title: t('models.menu.title'), 'aria-haspopup': 'menu', data: { key: `menu ${version.model}` },
      onclick: ({ currentTarget }) => versionMenu(currentTarget, version, room),
    }, icon('more'));
    const classes = [isPromoted(version) && 'models-promoted', version.problem && 'models-broken'].filter(Boolean).join(' ');
    return element('li.models-node', { class: classes }, select, more);
  }

  /** The quiet line under a version: how well it reads, what it learnt from, since when it is there. */
  #note(version) {
    if (version.problem) return element('span.models-note.models-problem', {}, icon('triangle', { size: 14 }), element('bdi', {}, version.problem));
    if (!version.own) return element('span.models-note', {}, t('models.shipped'));
    const figure = headline(version, this.room.measures);
    const parts = [figure && upright(figure), version.examples !== null && t('models.lines', { count: version.examples }), version.created && age(version.created)];
    const note = element('span.models-note');
    parts.filter(Boolean).forEach((part, at) => append(note, [at > 0 && ' · ', part]));
    return note;
  }
}

/** The chip of where a version stands, if it stands anywhere. */
function standingChip(version, versions) {
  const state = standing(version, versions);
  if (!state) return null;
  const why = version.promoted ? t('models.reads') : null;
  return element('span.wb-chip', { class: state === 'promoted' ? 'wb-done' : 'models-candidate', title: why }, state === 'promoted' && icon('check', { size: 14 }), t(`models.standing.${state}`));
}
