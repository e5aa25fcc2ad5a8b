/** Curves of a training as a chart wants them: series with a line style each, the best point, the axes. Pure. */

import { has, number, t } from '../frame/catalogue.js';
import { FAR, measured } from './words.js';

/** Ink solid, lapis dotted, quiet dashed: the style tells a series as much as its colour does. */
export const STYLES = {
  held_out: { color: 'ink', dash: 'solid', width: 2 },
  learning: { color: 'lapis', dash: 'dot', width: 2 },
  before: { color: 'ink3', dash: 'dash', width: 1.5 },
};
const OTHER = { color: 'ink2', dash: 'dashdot', width: 1.5 };

/** The style of a series. */
export function styleOf(name) {
  return STYLES[name] ?? OTHER;
}

/** The words of a series; one that nobody knows keeps its own name. */
export function seriesWords(name) {
  const key = [`training.series.${name}`, `training.chart.${name}`].find(has);
  return key ? t(key) : name;
}

/** The title of a chart. */
export function curveTitle(curve, training) {
  if (curve.percent && !curve.detail) return t('training.chart.percent', { measure: measured(training) || curve.name });
  const key = `training.chart.${curve.name}`;
  return has(key) ? t(key) : curve.name;
}

/** First and last epoch of the axis: what was reached, and while it runs what was asked for, where that is not far away. */
export function epochs(training) {
  const reached = (training.curves ?? []).flatMap(({ series }) => series.flatMap(({ points }) => points.map(([epoch]) => epoch)));
  const planned = Number(training.options?.epochs);
  const ahead = training.job.state === 'running' && planned <= FAR ? planned : 0;
  return [Math.min(1, ...reached), Math.max(2, ahead, ...reached)];
}

/** Values as they are shown: shares in hundredths. */
export function shown(curve, value) {
  return curve.percent ? value * 100 : value;
}

/** The point of the best epoch on the curve of the held-out errors, or null. */
export function bestPoint(curve, training) {
  if (!curve.percent || curve.detail || !training.best_epoch) return null;
  const held = curve.series.find(({ name }) => name === 'held_out');
  return held?.points.find(([epoch]) => epoch === training.best_epoch) ?? null;
}

/** The points of a series; one that never changes goes on to the end of the axis. */
export function pointsOf({ name, points }, [first, last]) {
  if (name !== 'before' || !points.length) return points;
  return [[first, points[0][1]], [last, points.at(-1)[1]]];
}

/** A value as a table or a label shows it. */
export function figureOf(curve, value) {
  return curve.percent
    ? number(value * 100, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
    : number(value, { maximumSignificantDigits: 3, maximumFractionDigits: undefined });
}

/** Rows of the table that tells the same as a chart: the epoch, then a figure of each series or nothing. */
export function tableOf(curve) {
  const series = curve.series.filter(({ name }) => name !== 'before');
  const epochs = [...new Set(series.flatMap(({ points }) => points.map(([epoch]) => epoch)))].sort((a, b) => a - b);
  const at = series.map(({ points }) => new Map(points));
  return { names: series.map(({ name }) => name), rows: epochs.map((epoch) => [epoch, ...at.map((values) => values.get(epoch) ?? null)]) };
}

/**
 * What Plotly draws.
 *
 * @param {object} curve `{name, percent, series: [{name, points: [[epoch, value], …]}]}`
 * @param {object} training
 * @param {(token: string) => string} colour the value of a colour token
 */
export function tracesOf(curve, training, colour) {
  const range = epochs(training);
  const traces = curve.series.filter(({ points }) => points.length).map((series) => {
    const { color, dash, width } = styleOf(series.name);
    const points = pointsOf(series, range);
    return {
      type: 'scatter', mode: points.length === 1 ? 'lines+markers' : 'lines', name: seriesWords(series.name),
      x: points.map(([epoch]) => epoch), y: points.map(([, value]) => shown(curve, value)),
      line: { color: colour(color), dash, width }, marker: { color: colour(color), size: 5 },
      hovertemplate: `%{y:.${curve.percent ? 1 : 3}f}<extra>${seriesWords(series.name)}</extra>`,
    };
  });
  const best = bestPoint(curve, training);
  if (best) traces.push(bestTrace(curve, best, colour));
  return traces;
}

/** The best epoch: a ring with its value. */
function bestTrace(curve, [epoch, value], colour) {
  return {
    type: 'scatter', mode: 'markers+text', x: [epoch], y: [shown(curve, value)], text: [figureOf(curve, value)],
    textposition: 'top center', textfont: { color: colour('ink') }, hoverinfo: 'skip', cliponaxis: false,
    marker: { size: 10, color: colour('surface'), line: { color: colour('verd'), width: 2 } },
  };
}

/** Axes, margins and type of a chart. */
export function layoutOf(training, colour, font) {
  const axis = { color: colour('ink3'), linecolor: colour('line'), gridcolor: colour('line'), zerolinecolor: colour('line'), fixedrange: true };
  return {
    autosize: true, margin: { l: 36, r: 14, t: 14, b: 28 }, showlegend: false, uirevision: training.job.id, dragmode: false, hovermode: 'x unified',
    paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)', font: { family: font, size: 11, color: colour('ink3') },
    hoverlabel: { bgcolor: colour('surface'), bordercolor: colour('control'), font: { family: font, size: 12, color: colour('ink') } },
    xaxis: { ...axis, range: epochs(training), showgrid: false, zeroline: false, nticks: 6, tickformat: 'd', hoverformat: 'd' },
    yaxis: { ...axis, rangemode: 'tozero', nticks: 4, griddash: '3px,3px', showline: false },
  };
}
