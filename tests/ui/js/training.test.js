import { usualBase } from '/static/training/bases.js';
import { findingFigure, findingWords } from '/static/training/check.js';
import { bestPoint, epochs, pointsOf, tableOf, tracesOf } from '/static/training/curves.js';
import { usualFolds, usualPart } from '/static/training/cross_form.js';
import { cellWords, foldWords, seenWords } from '/static/training/folds.js';
import { Log } from '/static/training/log.js';
import { afterPause, atMostEvery } from '/static/training/pace.js';
import { aheadOf, againLabel, exact, happened, hundredths, modelParts, slug, stateOf, stepWords, suggestion, titleOf } from '/static/training/words.js';
import { same } from '/tests/same.js';

const errors = { name: 'error', percent: true, series: [{ name: 'held_out', points: [[1, 0.091], [2, 0.08], [3, 0.085]] }, { name: 'before', points: [[1, 0.096], [3, 0.096]] }] };
const job = (id, state, rest = {}) => ({ id, state, title: 'training', message: '', error: '', ...rest });
const training = (id, state, rest = {}) => ({ job: job(id, state, rest.job), name: 'letters', version: id, asked: null, options: {}, curves: [errors], best_epoch: 2, ...rest, ...{ job: job(id, state, rest.job) } });
const wait = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

export const tests = {
  'a full name has a name, a last part and a version'() {
    same(modelParts('noa/ocr/hebrew-letters/v12'), { name: 'noa/ocr/hebrew-letters', short: 'hebrew-letters', version: '12' });
    same(modelParts('kraken'), { name: 'kraken', short: 'kraken', version: null });
    same(modelParts(null).version, null);
  },
  'a name that may stand in an address is made of what can be'() {
    same([slug('Town record book'), slug('Àlef  Bet!'), slug('מכתבים 1902'), slug('מכתבים')], ['town-record-book', 'alef-bet', '1902', '']);
  },
  'the own model gives the name, else the project, else the model, else the task'() {
    const own = { name: 'noa/ocr/letters' };
    same(suggestion(own, [{ name: 'Book' }], [{ name: 'letters' }], 'ocr'), 'letters');
    same(suggestion({ name: 'base/ocr/hebrew' }, [{ name: 'Book' }], [], 'ocr'), 'book');
    same(suggestion({ name: 'base/ocr/hebrew' }, [{ name: 'ספר' }], [], 'ocr'), 'hebrew');
    same(suggestion(null, [], [], 'ocr'), 'ocr');
  },
  'a training starts from what reads the script of most of its lines'() {
    const task = { usual: { '': 'base/ocr/hebrew/v1', Hebrew: 'base/ocr/hebrew/v1', Arabic: 'base/ocr/arabic/v1' }, bases: [{ model: 'kraken' }] };
    const hebrew = { script: 'Hebrew', examples: 30 };
    const arabic = { script: 'Arabic', examples: 20 };
    same([usualBase(task, [hebrew]), usualBase(task, [arabic])], ['base/ocr/hebrew/v1', 'base/ocr/arabic/v1']);
    same([usualBase(task, [arabic, hebrew]), usualBase(task, [arabic, hebrew, arabic])], ['base/ocr/hebrew/v1', 'base/ocr/arabic/v1']);
    same([usualBase(task, []), usualBase({ ...task, usual: {} }, [arabic]), usualBase({ usual: {}, bases: [] }, [])], ['base/ocr/hebrew/v1', 'kraken', '']);
  },
  'errors always have one decimal'() {
    same([hundredths(0.05), hundredths(0.0484), hundredths(0)], ['5.0', '4.8', '0.0']);
  },
  'a title has the version where it is known'() {
    same([titleOf(training(3, 'running')), titleOf(training(3, 'queued', { version: null }))], ['letters v3', 'letters']);
  },
  'a running one that was asked to end is stopping'() {
    same([stateOf(training(1, 'running')), stateOf(training(1, 'running', { asked: 'finish' })), stateOf(training(1, 'done', { asked: 'finish' }))], ['running', 'cancelling', 'done']);
  },
  'what runs and what was asked for earlier comes before a waiting one'() {
    const all = [training(5, 'queued'), training(4, 'queued'), training(3, 'running'), training(2, 'done')];
    same(aheadOf(all[0], all).map(({ job: { id } }) => id), [4, 3]);
    same(aheadOf(all[1], all).map(({ job: { id } }) => id), [3]);
  },
  'a sentence for every state'() {
    same(happened(training(2, 'queued'), [training(1, 'running')]), 'training.happened.next');
    same(happened(training(2, 'queued')), 'training.happened.soon');
    same(happened(training(2, 'cancelled')), 'training.happened.cancelled');
    same(happened(training(2, 'cancelled', { resumable: true })), 'training.happened.cancelled training.happened.resumable');
    same(happened(training(2, 'failed', { job: { error: 'Memory ran out.' } })), '\u2068Memory ran out.\u2069 training.happened.kept');
    same(happened(training(2, 'failed', { best_epoch: null })), 'training.happened.log_kept');
  },
  'the line that a log has for an epoch is said in fewer words'() {
    same(stepWords(training(1, 'running', { job: { message: 'epoch 3  loss 0.402' } })), 'training.step.epoch');
    same(stepWords(training(1, 'running', { job: { message: 'epoch 3  loss 0.402' }, options: { epochs: 9 } })), 'training.step.of');
    same(stepWords(training(1, 'running', { job: { message: 'Cutting lines' } })), '\u2068Cutting lines\u2069');
  },
  'the button that tries again names a smaller batch'() {
    same(againLabel({ again: { options: { batch: 1500 }, why: 'x' } }), 'training.again.batch');
    same(againLabel({ again: { options: {}, why: 'x' } }), 'training.again.plain');
    same(againLabel({ again: null }), 'training.again.plain');
  },
  'seconds count up to an hour'() {
    same([exact(12), exact(432), exact(120)], ['frame.time.seconds', 'frame.time.minutes frame.time.seconds', 'frame.time.minutes']);
  },
  'the axis goes on to the epochs that were asked for while it runs, where they are near'() {
    same(epochs(training(1, 'running', { options: { epochs: 24 } })), [1, 24]);
    same(epochs(training(1, 'running', { options: { epochs: 1000 } })), [1, 3]);
    same(epochs(training(1, 'done', { options: { epochs: 24 } })), [1, 3]);
    same(epochs({ ...training(1, 'done'), curves: [] }), [1, 2]);
  },
  'the line of before goes from end to end'() {
    same(pointsOf(errors.series[1], [0, 24]), [[0, 0.096], [24, 0.096]]);
    same(pointsOf(errors.series[0], [0, 24]), errors.series[0].points);
  },
  'the best epoch is a point of its own, in hundredths'() {
    same(bestPoint(errors, training(1, 'running')), [2, 0.08]);
    same(bestPoint(errors, training(1, 'running', { best_epoch: 0 })), null);
    const traces = tracesOf(errors, training(1, 'running'), (token) => token);
    same(traces.map(({ mode }) => mode), ['lines', 'lines', 'markers+text']);
    same([traces[2].x, traces[2].text, traces[0].line.dash, traces[1].line.dash], [[2], ['8.0'], 'solid', 'dash']);
  },
  'the table tells every epoch, with nothing where nothing was measured'() {
    const loss = { name: 'loss', percent: false, series: [{ name: 'held_out', points: [[2, 0.5]] }, { name: 'learning', points: [[1, 0.9], [2, 0.4]] }] };
    same(tableOf(loss), { names: ['held_out', 'learning'], rows: [[1, null, 0.9], [2, 0.5, 0.4]] });
    same(tableOf(errors).names, ['held_out']);
  },
  'a finding nobody translated is told as the server says it'() {
    const finding = { kind: 'other', level: 'warn', text: 'Something else.', value: 2, total: null, characters: [] };
    same(findingWords(finding, {}), 'Something else.');
    same(findingFigure(finding), '');
    same(findingFigure({ ...finding, kind: 'lines', value: 1247 }), '1\u202f247');
    same(findingWords({ ...finding, kind: 'split' }, { shared: true }), 'training.optimistic');
  },
  'a cross-validation is called so, and told by its folds'() {
    const cross = (state, rest = {}) => training(1, state, { version: null, measure: { title: 'CER, every character' }, job: { kind: 'train.cross_validate', ...rest.job }, ...rest });
    same(titleOf(cross('running')), 'training.folds.title');
    same(stepWords(cross('running', { job: { kind: 'train.cross_validate', message: 'fold 2 of 5: epoch 3  loss 0.4' } })), 'training.folds.step' + 'training.comma' + 'training.step.epoch');
    same(happened(cross('done', { now: { value: 0.05 }, job: { kind: 'train.cross_validate', metrics: { folds: 5 } } })), 'training.happened.figures');
    same([foldWords({ document: 'Book' }, 0), foldWords({ document: '' }, 1)], ['\u2068Book\u2069', 'training.folds.fold']);
    same([seenWords({ seen: 0, readers: ['a'] }), seenWords({ seen: null, readers: ['a'] }), seenWords({ seen: 3, readers: ['a'] })], ['', 'training.folds.unknown', 'training.folds.seen']);
  },
  'a score is told out of a hundred, a rate in percent, and what was not measured not at all'() {
    same([cellWords('bleu', { value: 81.24, n: 9 })[0], cellWords('wer', { value: 0.048, n: 9 })[0], cellWords('vowels', { value: 0, n: 0 }), cellWords('chrf', undefined)], ['81.2', '4.8\u202f%', ['—', ''], ['—', '']]);
  },
  'of several projects one is left out each time, of one a few pages'() {
    const [few, many] = [{ documents: 4 }, { documents: 40 }];
    same([usualPart([few]), usualPart([few, many])], ['page', 'source']);
    same([usualFolds('page', [few]), usualFolds('page', [few, many]), usualFolds('source', [few, many])], [null, 5, null]);
  },
  async 'many calls are few runs, and the last of them is heard'() {
    let runs = 0;
    const often = atMostEvery(() => { runs += 1; }, 60);
    for (let call = 0; call < 5; call += 1) often();
    await wait(20);
    same(runs, 1);
    often();
    often();
    await wait(100);
    same(runs, 2);
    const later = afterPause(() => { runs += 10; }, 30);
    later();
    later();
    await wait(80);
    same(runs, 12);
  },

  'the earliest lines of a log go, the others stay what they are'() {
    const log = new Log();
    const entries = Array.from({ length: 402 }, (_, at) => ({ time: at, text: `epoch ${at}` }));
    log.paint(entries.slice(0, 400), 1);
    const [, , third] = log.lines.children;
    log.paint(entries, 1);
    same([log.lines.children.length, log.lines.firstChild === third, log.lines.lastChild.textContent.endsWith('epoch 401')], [400, true, true]);
    log.paint(entries.slice(0, 2), 2);
    same(log.lines.children.length, 2);
  },
};
