/** Text as people see it: grapheme clusters, words, normal form and direction. Pure. */

const segmenter = new Intl.Segmenter('he', { granularity: 'grapheme' });
const RTL = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** Returns `text` in the canonical composed form, so that equal looks mean equal strings. */
export const nfc = (text) => text.normalize('NFC');

/** Splits `text` into grapheme clusters: a letter with all its points is one. */
export const graphemes = (text) => Array.from(segmenter.segment(text), (part) => part.segment);

/** Splits `text` into words and the white space between them; joined again they are `text`. */
export const words = (text) => text.match(/\s+|\S+/gu) ?? [];

/** Returns the direction of the first strong letter of `text`, or `fallback` when there is none. */
export function directionOf(text, fallback) {
  for (const letter of text) {
    if (/\p{L}/u.test(letter)) return RTL.test(letter) ? 'rtl' : 'ltr';
  }
  return fallback;
}

/** Returns the language tag of the script that `text` mostly starts with, for `lang`. */
export function languageOf(text) {
  if (/\p{Script=Hebrew}/u.test(text)) return 'he';
  if (/\p{Script=Arabic}/u.test(text)) return 'ar';
  return /\p{Script=Latin}/u.test(text) ? 'und-Latn' : 'und';
}

/** Keeps one line of text from what was typed or pasted: no line breaks, no control characters. */
export const oneLine = (text) => text.replace(/[\r\n\t\u2028\u2029]+/g, ' ').replace(/[\u0000-\u001f\u007f]/g, '');
