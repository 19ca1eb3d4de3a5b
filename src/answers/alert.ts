import { readdirSync, readFileSync } from 'node:fs';
import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import type { LetterText } from '../businesses/letter-text.ts';
import { fillWords } from '../businesses/letter-words.ts';
import type { Letter } from '../businesses/letters.ts';
import type { Day } from '../database/schema.ts';
import { labelOf, type Question, wordsOf } from '../occasions/surveys.ts';

/** Tells the person in charge of a low answer: who, what, in which words, and by when to get in touch. Nothing once the task is closed. */
export async function writeAlert(db: Db, letter: Letter): Promise<LetterText | undefined> {
  const found = await findComplaint(db, letter);
  if (!found) return undefined;
  const words = wordsIn(letter.language);
  const customer = found.name || found.email || words.someone;
  const say = (text: string, values: Record<string, string> = {}) => fillWords(text, { customer, ...values });
  return {
    subject: say(words.subject),
    title: say(words.title),
    parts: [
      ...found.answers.flatMap((answer) => answerParts(answer, found.questions, words, letter.language)),
      say(words.todo, { day: dayText(found.dueOn, letter.language) }),
      // As it stands: it is copied from here.
      ...(found.email ? [words.email.replace('{email}', () => found.email!)] : []),
      ...(found.phone ? [say(words.phone, { phone: found.phone })] : []),
      say(words.held),
    ],
  };
}

interface GivenAnswer {
  question: number;
  value: number | null;
  words: string | null;
}

interface Complaint {
  name: string;
  email: string | null;
  phone: string | null;
  dueOn: Day;
  questions: Question[];
  answers: GivenAnswer[];
}

async function findComplaint(db: Db, { business_id: business, follow_up_id: followUp }: Letter): Promise<Complaint | undefined> {
  const { rows } = await sql<Complaint>`
    select concat_ws(' ', p.given_name, p.family_name) as name, p.email, p.phone, f.due_on as "dueOn", v.questions,
      (select coalesce(jsonb_agg(jsonb_build_object('question', a.question, 'value', a.value, 'words', w.words) order by a.question), '[]')
        from answer a left join answer_text w on w.business_id = a.business_id and w.touchpoint_id = a.touchpoint_id and w.question = a.question
        where a.business_id = f.business_id and a.touchpoint_id = f.touchpoint_id) as answers
    from follow_up f
    join person p on p.business_id = f.business_id and p.customer_id = f.customer_id
    join message m on m.business_id = f.business_id and m.touchpoint_id = f.touchpoint_id
    join survey_version v on v.business_id = m.business_id and v.survey_id = m.survey_id and v.n = m.survey_version
    where f.business_id = ${business} and f.id = ${followUp} and f.closed_at is null`.execute(db);
  return rows[0];
}

function answerParts(
  { question: place, value, words: said }: GivenAnswer,
  questions: Question[],
  words: AlertWords,
  language: string,
): LetterText['parts'] {
  const question = questions[place];
  if (!question) return [];
  const asked = fillWords(words.asked, { question: wordsOf(question, [language]).question });
  const answered = value === null ? '' : `\n${fillWords(words.answered, { answer: labelOf(question, value, [language]) })}`;
  return [asked + answered, ...(said ? [words.said, { quote: said }] : [])];
}

function dayText(day: Day, language: string): string {
  const format = new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' });
  return format.format(new Date(day));
}

type AlertWords = Record<
  'subject' | 'title' | 'asked' | 'answered' | 'said' | 'todo' | 'email' | 'phone' | 'held' | 'someone',
  string
>;

const folder = new URL('../../templates/letters/low-answer/', import.meta.url);
const allWords = new Map(
  readdirSync(folder).map((file) => [
    file.replace('.json', ''),
    JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as AlertWords,
  ]),
);

/** In this language ('de-AT' is content with 'de'), else in English. */
function wordsIn(language: string): AlertWords {
  const words = allWords.get(language) ?? allWords.get(language.split('-')[0] ?? '') ?? allWords.get('en');
  if (!words) throw new Error('The letters have no English words');
  return words;
}
