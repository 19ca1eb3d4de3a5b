import { type Question, wordsOf } from '../../../occasions/surveys.ts';
import { starterQuestion } from '../../../occasions/surveys-edit.ts';
import { type Form, textOf } from '../../forms.ts';

/** A question as the form has it, in one language. */
export interface Draft {
  kind: Question['kind'];
  text: string;
  /** One a line. */
  answers: string;
  lowest: string;
  highest: string;
  /** A low answer opens a follow-up. */
  follow: boolean;
  /** A high answer is shown the review link. */
  review: boolean;
  /** What it says in other languages still holds. */
  keep: boolean;
  /** Its place among the published questions; -1 for a new one. */
  from: number;
}

export const MOST_DRAFTS = 5;
export const KINDS: readonly { value: Question['kind']; label: string }[] = [
  { value: 'scale', label: 'How happy: five answers, from very happy to unhappy' },
  { value: 'nps', label: 'Would you recommend us: 0 to 10' },
  { value: 'yes-no', label: 'Yes or no' },
  { value: 'choice', label: 'One of several answers' },
  { value: 'text', label: 'In their own words' },
];

const LOW: Partial<Record<Question['kind'], number>> = { nps: 6, scale: 2, 'yes-no': 0 };
const HIGH: Partial<Record<Question['kind'], number>> = { nps: 9, scale: 4, 'yes-no': 1 };

/** Published questions, as the form shows them in this language; what is not worded in it is empty. */
export function draftsOf(questions: readonly Question[], language: string): Draft[] {
  return questions.map((question, from) => {
    const words = question.words[language];
    const labels = words?.answers ?? [];
    return {
      kind: question.kind,
      text: words?.question ?? '',
      answers: labels.join('\n'),
      lowest: words?.ends?.lowest ?? '',
      highest: words?.ends?.highest ?? '',
      follow: question.lowAt !== undefined,
      review: question.highAt !== undefined,
      keep: true,
      from,
    };
  });
}

export function newDraft(kind: Question['kind'], language: string): Draft {
  const starter = starterQuestion(kind);
  const { question, answers, ends } = wordsOf(starter, [language]);
  const own = { lowest: ends?.lowest ?? '', highest: ends?.highest ?? '', follow: true, review: false, keep: true, from: -1 };
  return { kind, text: question, answers: answers.join('\n'), ...own };
}

/** What was posted, with the one press that was about the form itself: a question more, one less, one moved up. */
export function readDrafts(form: Form): Draft[] {
  const places = Array.from({ length: MOST_DRAFTS }, (_, at) => at).filter((at) => form[`q${at}-kind`] !== undefined);
  const drafts = places.map((at) => readDraft(form, `q${at}`));
  const [act = '', which = ''] = textOf(form, 'do').split(':');
  const at = Number(which);
  if (act === 'add' && drafts.length < MOST_DRAFTS)
    return [...drafts, newDraft('scale', textOf(form, 'language') || 'en')].map(unlikeOthers);
  if (act === 'remove' && drafts.length > 1) return drafts.filter((_, place) => place !== at);
  if (act === 'up' && at > 0 && at < drafts.length) return drafts.with(at, drafts[at - 1]!).with(at - 1, drafts[at]!);
  return drafts;
}

/** Drafts as questions, on top of those that were published: answers keep the numbers by which they were counted. */
export function questionsFrom(
  drafts: readonly Draft[],
  published: readonly Question[],
  language: string,
  primary: boolean,
): Question[] {
  return drafts.map((draft) => {
    const old = published[draft.from];
    const base = old?.kind === draft.kind ? old : starterQuestion(draft.kind);
    const answers = linesOf(draft.answers);
    const values =
      draft.kind === 'choice' && primary ? valuesFor(answers, base === old ? old : undefined, language) : base.values;
    const others = keptWords(draft, base, { old, language, primary, values });
    const own = wordsIn(draft, base, answers, language);
    const said = draft.text.trim() === '' && !primary ? {} : { [language]: own };
    const [low, high] = [base.lowAt ?? LOW[draft.kind], base.highAt ?? HIGH[draft.kind]];
    return {
      kind: draft.kind,
      values,
      ...(draft.follow && low !== undefined ? { lowAt: low } : {}),
      ...(draft.review && high !== undefined ? { highAt: high } : {}),
      words: { ...others, ...said },
    };
  });
}

function readDraft(form: Form, name: string): Draft {
  const text = (field: string) => textOf(form, `${name}-${field}`);
  const kind = KINDS.find(({ value }) => value === text('kind'))?.value ?? 'scale';
  const from = Number(text('from') === '' ? -1 : text('from'));
  return {
    kind,
    text: text('text').trim(),
    answers: text('answers'),
    lowest: text('lowest').trim(),
    highest: text('highest').trim(),
    follow: text('follow') !== '',
    review: text('review') !== '',
    keep: text('keep') !== '',
    from: Number.isInteger(from) && from >= 0 && from < MOST_DRAFTS ? from : -1,
  };
}

/** A second question starts from a kind that the first has not. */
function unlikeOthers(draft: Draft, at: number, all: readonly Draft[]): Draft {
  if (at < all.length - 1 || at === 0) return draft;
  return all.slice(0, at).some(({ kind }) => kind === 'scale')
    ? { ...draft, kind: 'text', text: '', answers: '', follow: false }
    : draft;
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** An answer that stays keeps its number; a new one gets the next. */
function valuesFor(answers: readonly string[], old: Question | undefined, language: string): number[] {
  const known = new Map((old?.words[language]?.answers ?? []).map((label, at) => [label, old?.values[at]]));
  let next = Math.max(0, ...(old?.values ?? []));
  return answers.map((label) => known.get(label) ?? (next += 1));
}

interface Old {
  old: Question | undefined;
  language: string;
  primary: boolean;
  values: readonly number[];
}

/** The other languages' words, where they still say the same. */
function keptWords(
  { kind, text, keep, from }: Draft,
  base: Question,
  { old, language, primary, values }: Old,
): Question['words'] {
  const changedKind = old !== undefined && old.kind !== kind;
  const ownWords = from < 0 || changedKind ? base.words[language]?.question === text : keep;
  const sameAnswers = values.join() === base.values.join();
  if (primary && !(ownWords && sameAnswers)) return {};
  return Object.fromEntries(Object.entries(base.words).filter(([other, words]) => other !== language && words.question !== ''));
}

function wordsIn(draft: Draft, base: Question, answers: string[], language: string): Question['words'][string] {
  const usual = wordsOf(base, [language]);
  const labels = draft.kind === 'text' || draft.kind === 'nps' ? [] : answers.length > 0 ? answers : usual.answers;
  const lowest = draft.lowest || usual.ends?.lowest || '';
  const highest = draft.highest || usual.ends?.highest || '';
  return {
    question: draft.text,
    answers: labels,
    ...(draft.kind === 'nps' && lowest && highest ? { ends: { lowest, highest } } : {}),
  };
}
