/** The head of the comparison: which two, on what, what came of it, and the button that promotes. */

import { t } from '../frame/catalogue.js';
import { element, replace } from '../frame/dom.js';
import { icon } from '../frame/icons.js';
import { menu } from '../frame/popover.js';
import { keepFocus } from './focus.js';
import { groups, isPromoted, longName, nameOf, shortNames, standing } from './versions.js';
import { chance } from './words.js';

/** Says what came of a comparison: `clear` is whether the interval leaves out zero, `winner` which of the two is better. */
export function verdictWords({ verdict, examples }) {
  const { better, worse, p, clear, winner } = verdict;
  if (!clear || !winner) return t('models.verdict.unclear', { count: examples });
  const values = { better, worse, p: chance(p) };
  return winner === 'b' ? t('models.verdict.better', { count: better, ...values }) : t('models.verdict.worse', { count: worse, ...values });
}

/** The sentence with its sign and pigment. */
function verdict(data) {
  const { clear, winner } = data.verdict;
  const kind = clear && winner ? (winner === 'b' ? 'better' : 'worse') : 'unclear';
  const glyph = { better: 'check', worse: 'triangle' }[kind];
  return element('span.models-verdict', { class: `models-${kind}` }, glyph && icon(glyph), element('span', {}, verdictWords(data)));
}

/** What a comparison stands on, and what makes it look better than it is. */
function basis({ documents, examples, shared, chosen }) {
  const cautions = [shared && t('models.caution.shared'), chosen && t('models.caution.chosen')].filter(Boolean);
  const pages = shared ? t('models.documents', { count: documents }) : t('models.basis', { count: documents });
  return element('span.models-basis', {}, `${pages}, ${t('models.lines', { count: examples })}`,
    cautions.map((words) => element('span.models-caution', {}, icon('flag', { size: 14 }), words)));
}

/** The bar above the comparison. */
export class Head {
  /** Builds it; `room` is what it shows. */
  constructor(room) {
    this.room = room;
    this.node = element('header.models-head', { hidden: true });
  }

  /** Draws it anew; what has the focus keeps it. */
  paint() {
    const { room } = this;
    const { a, b } = room.pair;
    this.node.hidden = !b;
    if (!b) return;
    const { state } = room.comparing;
    const done = state.kind === 'done' && a ? state.data : null;
    keepFocus(this.node, () => replace(this.node,
      element('h2', {}, t('models.compare')),
      a ? [this.#choice('a', a, b), element('span.models-with', {}, t('models.compare.with')), this.#choice('b', b, a)] : this.#choice('b', b, null),
      done && basis(done),
      element('span.models-head-end', {}, done && verdict(done), this.#promotion(b))));
  }

  /** The button that opens the versions of one side. */
  #choice(side, version, other) {
    const { room } = this;
    const [short] = other && version.name === other.name ? shortNames(version, other) : [longName(version)];
    const state = standing(version, room.versions);
    const label = t(`models.compare.${side}`);
    return element('button.wb-button.models-choice', {
      type: 'button', 'aria-haspopup': 'menu', 'aria-expanded': 'false', data: { key: `choice ${side}` }, title: version.model,
      onclick: ({ currentTarget }) => menu(currentTarget, this.#entries(side), { label }),
    }, element('span.wb-visually-hidden', {}, `${label}: `), element('bdi', { dir: 'ltr' }, short), state && element('span.models-state', {}, t(`models.standing.${state}`)), icon('down', { size: 14 }));
  }

  /** All versions, by name; whoever takes the same one on both sides makes the two change places. */
  #entries(side) {
    const { room } = this;
    const { a, b } = room.pair;
    const entry = (version) => {
      const wanted = side === 'a' ? { a: version, b } : { a, b: version };
      const run = () => (wanted.a?.model === wanted.b.model ? room.choose(a, b) : room.choose(wanted.b, wanted.a));
      const state = standing(version, room.versions);
      return {
        label: `v${version.version}`, note: state && t(`models.standing.${state}`), checked: version.model === (side === 'a' ? a : b)?.model,
        disabled: Boolean(version.problem), hint: version.problem, run,
      };
    };
    return groups(room.versions).flatMap((mates) => [{ heading: nameOf(mates[0]) }, ...mates.map(entry)]);
  }

  /** Promote is always possible; a version that is promoted says so. */
  #promotion(b) {
    const version = `v${b.version}`;
    if (isPromoted(b)) return element('span.wb-chip.wb-done.models-is-promoted', { tabindex: '-1', data: { key: 'promote' } }, icon('check', { size: 14 }), t('models.promoted', { version }));
    if (b.problem) return null;
    const run = ({ currentTarget }) => {
      currentTarget.disabled = true;
      this.room.promote(b);
    };
    return element('button.wb-button.wb-primary', { type: 'button', data: { key: 'promote' }, onclick: run }, t('models.promote', { version }));
  }
}
