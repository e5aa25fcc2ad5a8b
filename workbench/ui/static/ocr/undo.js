/** What a person did, line after line, so that it can be taken back across lines. Pure. */

const DEPTH = 200;
const PAUSE = 800; // milliseconds; typing without a longer pause is one step

/** A stack of steps `{line, before, after, kind, …}`; a step of kind `typing` grows while one types. */
export class Undo {
  constructor() {
    this.done = [];
    this.undone = [];
  }

  /** Notes a step; typing in the same line without a pause belongs to the step before. */
  note(step, now = Date.now()) {
    const last = this.done.at(-1);
    this.undone = [];
    if (step.kind === 'typing' && last?.kind === 'typing' && last.line === step.line && now - last.at < PAUSE) {
      Object.assign(last, { after: step.after, at: now });
      return;
    }
    this.done = [...this.done, { ...step, at: now }].slice(-DEPTH);
  }

  /** Takes the last step back: returns it, or `null` when there is none. */
  back() {
    const step = this.done.pop() ?? null;
    if (step) this.undone.push(step);
    return step;
  }

  /** Does the last step that was taken back again. */
  forth() {
    const step = this.undone.pop() ?? null;
    if (step) this.done.push(step);
    return step;
  }
}
