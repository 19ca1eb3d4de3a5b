import type { CardSource, Compiled, CompiledCard } from '../cards/card.ts';
import type { Look } from '../cards/look.ts';
import type { Problem } from '../cards/problems.ts';
import type { Words } from '../cards/words.ts';

interface ProblemIn extends Problem {
  language: string;
}

/** A card compiled in each of its languages: those that could be, and what is wrong with the others. */
export async function compileWordings(
  compile: (source: CardSource) => Promise<Compiled>,
  { mjml, words, look }: { mjml: string; words: Record<string, Words>; look: Look },
): Promise<{ cards: CompiledCard[]; problems: ProblemIn[]; warnings: ProblemIn[] }> {
  const made = await Promise.all(
    Object.entries(words).map(async ([language, own]) => ({
      language,
      ...(await compile({ mjml, words: own, language, look })),
    })),
  );
  const none = { where: 'card', message: 'The card has no words yet. Word it in at least one language.', language: '' };
  return {
    cards: made.flatMap((one) => (one.ok ? [one.card] : [])),
    problems: made.length === 0 ? [none] : made.flatMap((one) => (one.ok ? [] : tagged(one.problems, one.language))),
    warnings: made.flatMap((one) => (one.ok ? tagged(one.warnings, one.language) : [])),
  };
}

function tagged(problems: Problem[], language: string): ProblemIn[] {
  return problems.map((problem) => ({ ...problem, language }));
}
