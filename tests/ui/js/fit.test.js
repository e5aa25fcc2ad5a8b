import { cropOf, scaleOf, slopeOf } from '/static/ocr/crop.js';
import { fit } from '/static/ocr/fit.js';
import { same } from '/tests/same.js';

const measure = (text, font) => [...text].length * parseFloat(font) * 0.5;
const base = { family: 'serif', size: 20, column: 600, start: 20, ink: 500 };
const box = (left, top, right, bottom) => ({ polygon: [[left, top], [right, top], [right, bottom], [left, bottom]], baseline: [[left, bottom], [right, bottom]] });

export const tests = {
  'words move apart until the text is as wide as its ink'() {
    const laid = fit({ ...base, text: 'אאאאאאאאאא אאאאאאאאאא אאאאאאאאאא' }, measure);
    same([laid.size, laid.start, laid.spacing], [20, 20, Math.min(18, (500 - 320) / 2)]);
  },
  'never wider than 0.9 em, never closer than the font has it'() {
    same(fit({ ...base, text: 'א א' }, measure).spacing, 18);
    same(fit({ ...base, ink: 10, text: 'אא אא' }, measure).spacing, 0);
  },
  'a text longer than its ink becomes smaller, down to 17 px'() {
    same(fit({ ...base, text: 'א'.repeat(65) }, measure).size, 17);
    same(fit({ ...base, text: 'א'.repeat(500) }, measure).size, 17);
    same(fit({ ...base, text: 'א'.repeat(58) }, measure), { size: 20, spacing: 0, start: 8 });
  },
  'lines of one block share scale and left edge'() {
    const views = [box(100, 0, 900, 40), box(500, 60, 900, 100)];
    const frame = scaleOf(views, 820);
    const [first, second] = views.map((view) => cropOf(view, frame, { width: 1000, direction: 'rtl', current: false }));
    same([frame.scale, first.x === second.x, Math.round(first.inkRight), Math.round(second.inkRight)], [1, true, 810, 810]);
  },
  'in columns each crop begins at its own line'() {
    const views = [box(0, 0, 400, 40), box(600, 0, 1000, 40)];
    const frame = scaleOf(views, 420);
    same(frame.left, null);
    same(views.map((view) => Math.round(cropOf(view, frame, { width: 1000, direction: 'rtl', current: false }).inkRight)), [410, 410]);
  },
  'a slanted line is turned level'() {
    same(Math.round(slopeOf([[0, 0], [100, 100]])), 45);
    same(Math.round(slopeOf([[100, 100], [0, 0]])), 45);
    const slanted = { polygon: [[0, 0], [400, 70], [400, 110], [0, 40]], baseline: [[0, 40], [400, 110]] };
    same(Math.round(cropOf(slanted, scaleOf([slanted], 420), { width: 500, direction: 'rtl', current: false }).angle), -10);
  },
};
