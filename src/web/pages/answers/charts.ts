import { html } from 'hono/html';
import type { SurveyResult } from '../../../answers/results.ts';
import type { Html } from '../../layout.ts';
import { monthWords } from './result-words.ts';

// Drawn by the server, coloured by the stylesheet. Each stands above a table that says the same, so screen readers pass over it.

const HIGH = 120;
const STEP = 44;
const BAR = 26;
const TOP = 18;

/** How often each answer was given: one bar a line. */
export function answersChart(bars: readonly { label: string; count: number; tone: 'good' | 'bad' | 'calm' }[]): Html {
  const most = Math.max(1, ...bars.map(({ count }) => count));
  return html`<ul class="answers-bars">
    ${bars.map(
      ({ label, count, tone }) =>
        html`<li>
          <span class="answers-label">${label}</span>
          <svg class="answers-bar ${tone}" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
            <rect x="0" y="0" width="${((100 * count) / most).toFixed(1)}" height="10" />
          </svg>
          <span class="answers-count">${count}</span>
        </li>`,
    )}
  </ul>`;
}

/** Month by month, the oldest left: how many were asked, and of those how many answered. */
export function monthsChart(months: readonly SurveyResult[]): Html {
  const shown = months.slice(0, 12).toReversed();
  const most = Math.max(1, ...shown.map(({ asked }) => asked));
  const width = shown.length * STEP;
  const bar = (at: number, count: number, kind: string) => {
    const height = (count / most) * HIGH;
    return html`<rect
      class="${kind}"
      x="${at * STEP + (STEP - BAR) / 2}"
      y="${(TOP + HIGH - height).toFixed(1)}"
      width="${BAR}"
      height="${height.toFixed(1)}"
      rx="3"
    />`;
  };
  return html`<svg
    class="answers-months"
    viewBox="0 0 ${width} ${TOP + HIGH + 20}"
    width="${width}"
    height="${TOP + HIGH + 20}"
    aria-hidden="true"
  >
    ${shown.map(
      ({ asked, answered, month = '' }, at) =>
        html`${bar(at, asked, 'asked')}${bar(at, answered, 'answered')}
          <text x="${at * STEP + STEP / 2}" y="${(TOP + HIGH - (asked / most) * HIGH - 5).toFixed(1)}">${answered}</text>
          <text class="month" x="${at * STEP + STEP / 2}" y="${TOP + HIGH + 15}">${monthWords(month).slice(0, 3)}</text>`,
    )}
  </svg>`;
}
