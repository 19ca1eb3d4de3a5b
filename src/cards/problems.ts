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

/** What people wrote, safe to repeat in a sentence: one line, at most 60 characters. */
export function quoted(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
