import { parentPort } from 'node:worker_threads';
import { AWKWARD } from './awkward.ts';
import type { CardSource, Compiled, StoredCard } from './card.ts';
import { compileCard } from './compile.ts';
import type { MergeData } from './fields.ts';
import { type RenderedCard, renderCard } from './render.ts';
import { type Tried, tryAll, type TryPerson } from './try-all.ts';

export type Job =
  | { kind: 'compile'; source: CardSource }
  | { kind: 'render'; card: StoredCard; data: MergeData }
  | { kind: 'try'; cards: StoredCard[]; people: TryPerson[] };

export type Answer = Compiled | RenderedCard | Tried;

// Runs in a thread of the workshop (workshop.ts): one job at a time, one answer each.
if (parentPort) {
  const port = parentPort;
  await warmUp();
  port.on('message', (job: Job) => void answer(job).then((done) => port.postMessage(done)));
  port.postMessage('ready');
}

async function answer(job: Job): Promise<Answer> {
  if (job.kind === 'compile') return compileCard(job.source);
  if (job.kind === 'render') return renderCard(job.card, job.data);
  return tryAll(job.cards, job.people);
}

/** The first card costs ten times as much as the next: that is not the fault of who made it. */
async function warmUp(): Promise<void> {
  const mjml =
    '<mjml><mj-body><mj-section><mj-column><mj-text>x</mj-text><mj-button href="https://x.example">x</mj-button></mj-column></mj-section></mj-body></mjml>';
  const made = await compileCard({ mjml, words: { subject: 'x', preheader: 'x' }, language: 'en' });
  if (made.ok && AWKWARD[0]) renderCard(made.card, AWKWARD[0].data);
}
