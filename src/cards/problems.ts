/** What is wrong with a card, in a sentence that says what to do. `where` is "card" or the name of the word; lines count from 1. */
export interface Problem {
  where: string;
  line?: number;
  message: string;
}

export function problemAt(source: string, index: number, message: string, where = 'card'): Problem {
  return { where, line: lineAt(source, index), message };
}

/** One sentence for a person: `Line 3: …` in the card, `In the words "subject": …` in its words. */
export function describeProblem(problem: Problem): string {
  const place = problem.where === 'card' ? '' : `In the words "${problem.where}": `;
  const line = problem.where === 'card' && problem.line ? `Line ${problem.line}: ` : '';
  return place + line + problem.message;
}

export function lineAt(source: string, index: number): number {
  return source.slice(0, index).split('\n').length;
}

/** A source without what stands between two signs, line breaks kept. By `indexOf`, because a lazy pattern takes hours on many openings. */
export function without(source: string, open: string, close: string): string {
  let rest = source;
  let kept = '';
  for (let at = rest.indexOf(open); at >= 0; at = rest.indexOf(open)) {
    const end = rest.indexOf(close, at + open.length);
    if (end < 0) break;
    kept += rest.slice(0, at) + rest.slice(at, end).replaceAll(/[^\n]/g, '');
    rest = rest.slice(end + close.length);
  }
  return kept + rest;
}

/** What people wrote, safe to repeat in a sentence: one line, at most 60 characters. */
export function quoted(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
