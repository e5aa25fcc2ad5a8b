import { diff } from '/static/frame/diff.js';
import { merge } from '/static/ocr/merge.js';
import { decide, follow, openRanges, rangesOf, runsOf } from '/static/ocr/ranges.js';
import { graphemes } from '/static/ocr/text.js';
import { same } from '/tests/same.js';

const BEFORE = 'ומי שפותח אותו רואה בשוליו את כל התקונים כלם';
const YOURS = 'ומי שפותח אותו רואה בשוליים את כל התקונים כולם';
const THEIRS = 'ומי שפותח אותו רואה בשולים את כל התיקונים כלם';
const words = (pieces, kind) => pieces.filter((piece) => piece.kind === kind).map((piece) => piece.text);
const whole = (pieces) => pieces.map((piece) => piece.text).join('');

export const tests = {
  'what only one side changed merges by itself, what both changed is open'() {
    const pieces = merge(BEFORE, YOURS, THEIRS);
    same(words(pieces, 'open'), ['בשוליים']);
    same(words(pieces, 'yours'), ['כולם']);
    same(words(pieces, 'theirs'), ['התיקונים']);
    same(whole(pieces), 'ומי שפותח אותו רואה בשוליים את כל התיקונים כולם');
  },
  'equal changes on both sides are one change'() {
    same(merge('אב גד', 'אבא גד', 'אבא גד').map((piece) => piece.kind), ['both', 'same']);
  },
  'two places of one word merge by graphemes'() {
    const [piece] = merge('abcdefgh', 'aXcdefgh', 'abcdefgY');
    same([piece.kind, piece.text], ['both', 'aXcdefgY']);
  },
  'points in another order are the same text'() {
    same(merge('ב', '\u05d1\u05bc\u05b0', '\u05d1\u05b0\u05bc').map((piece) => piece.kind), ['both']);
  },
  'a deletion against a change is open'() {
    const pieces = merge('אחד שתיים שלוש', 'אחד שלוש', 'אחד שתים שלוש');
    same(pieces.filter((piece) => piece.kind === 'open').length, 1);
  },
  'nothing before: two different texts are one open question'() {
    same(merge('', 'אב', 'גד').map((piece) => piece.kind), ['open']);
  },
  'a diff tells removed and added graphemes'() {
    same(diff(graphemes('שבת'), graphemes('שבות')), [{ kind: 'same', text: 'שב' }, { kind: 'added', text: 'ו' }, { kind: 'same', text: 'ת' }]);
  },
  'a choice decides its range and moves the ones behind it'() {
    const { text, ranges } = rangesOf(merge(BEFORE, YOURS, THEIRS));
    const [open] = openRanges(ranges);
    const after = decide(text, ranges, open, ranges[open].theirs);
    same(after.text, 'ומי שפותח אותו רואה בשולים את כל התיקונים כולם');
    same(openRanges(after.ranges), []);
    same(runsOf(after.text, after.ranges).map((run) => run.text).join(''), after.text);
    const back = decide(after.text, after.ranges, open, ranges[open].yours);
    same(back.text, text);
  },
  'typing inside an open word decides it, typing before it moves it'() {
    const { text, ranges } = rangesOf(merge(BEFORE, YOURS, THEIRS));
    const [open] = openRanges(ranges);
    const { start } = ranges[open];
    const moved = follow(ranges, text, `x${text}`);
    same([moved[open].start, openRanges(moved)], [start + 1, [open]]);
    same(openRanges(follow(ranges, text, `${text.slice(0, start + 2)}x${text.slice(start + 2)}`)), []);
  },
};
