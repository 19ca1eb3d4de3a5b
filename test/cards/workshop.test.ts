import { afterAll, describe, expect, test } from 'vitest';
import { AWKWARD } from '../../src/cards/awkward.ts';
import type { StoredCard } from '../../src/cards/card.ts';
import { openWorkshop, type Workshop } from '../../src/cards/workshop.ts';
import { design, must, sentences, WORDS } from './cards.ts';

const open: Workshop[] = [];
afterAll(() => Promise.all(open.map((workshop) => workshop.close())));

function workshop(options: Parameters<typeof openWorkshop>[0] = {}): Workshop {
  // Long enough for a busy machine; what must be ended is given less, below.
  const made = openWorkshop({ timeoutMs: 20_000, ...options });
  open.push(made);
  return made;
}

const mia = AWKWARD[0]!.data;
const source = {
  mjml: design('<mj-text>[[headline]], {{fallback customer.firstName "friend"}}</mj-text>'),
  words: WORDS,
  language: 'en',
};

/** What no check would let through: a source of ours, made by hand, as if one had been missed. */
function hostile(html: string): StoredCard {
  return { language: 'en', subject: 'x', text: 'x', html, hash: html };
}

const endless = hostile(
  `{{#each survey.answers}}${'{{#each @root.survey.answers}}'.repeat(14)}{{/each}}${'{{/each}}'.repeat(14)}`,
);
const hungry = hostile(
  `{{#each survey.answers}}${'{{#each @root.survey.answers}}'.repeat(12)}{{label}}{{/each}}${'{{/each}}'.repeat(12)}`,
);

describe('in the workshop', () => {
  const shared = workshop();

  test('a card is compiled and filled in as it is anywhere', async () => {
    const { compile, render } = shared;
    const card = must(await compile(source));
    expect((await render(card, mia)).html).toContain('Hello!, Mia');
    expect(sentences(await compile({ ...source, mjml: '<mjml>' }))).toContain('<mjml> is never closed.');
  });

  test('a card that takes longer than a second is ended, and those beside and behind it are made', async () => {
    const slow = workshop({ timeoutMs: 1_000, threads: 1 });
    const card = must(await slow.compile(source));
    const start = performance.now();
    const [ended, next, after] = await Promise.all([slow.render(endless, mia), slow.render(card, mia), slow.render(card, mia)]);
    expect(ended).toEqual({
      subject: '',
      html: '',
      text: '',
      errors: [{ sentence: expect.stringContaining('longer than a second') }],
    });
    expect([next.errors, after.errors]).toEqual([[], []]);
    expect(performance.now() - start).toBeGreaterThan(990);
    const two = workshop({ timeoutMs: 2_000, threads: 2 });
    await Promise.all([two.compile(source), two.compile(source)]);
    let endedFirst = false;
    const long = two.render(endless, mia).then(() => (endedFirst = true));
    expect((await two.render(card, mia)).errors).toEqual([]);
    expect(endedFirst).toBe(false);
    await long;
  });

  test('a card that takes more memory than it may is ended, and so is nobody else', async () => {
    const small = workshop({ memoryMb: 96 });
    const before = process.memoryUsage().rss;
    const answers = await Promise.all([small.render(hungry, mia), small.compile(source), small.render(hungry, mia)]);
    expect(answers[0].errors[0]?.sentence).toMatch(/too much memory|longer than a second|could not/);
    expect(answers[1].ok).toBe(true);
    expect(answers[2].errors).toHaveLength(1);
    expect(process.memoryUsage().rss - before).toBeLessThan(400e6);
  });

  test('nothing of the process is within reach: no environment, no arguments', async () => {
    process.env['FONDLY_CANARY'] = 'canary';
    const told = await shared.render(hostile('{{#with this as |x|}}{{x.constructor.constructor}}{{/with}}'), mia);
    delete process.env['FONDLY_CANARY'];
    expect(JSON.stringify(told)).not.toContain('canary');
  });

  test('what is no card at all is answered in a sentence', async () => {
    const { compile, render } = shared;
    expect(sentences(await compile({ ...source, mjml: (() => 1) as unknown as string }))).toContain('could not be made');
    expect((await render(hostile('{{#if'), mia)).errors).toHaveLength(1);
    expect(await compile(source)).toMatchObject({ ok: true });
  });

  test('closed, it leaves nobody waiting', async () => {
    const closing = workshop();
    const asked = [closing.compile(source), closing.render(endless, mia)];
    await closing.close();
    const [compiled, rendered] = await Promise.all(asked);
    expect(JSON.stringify([compiled, rendered])).toContain('Fondly is stopping');
    expect(await closing.compile(source)).toMatchObject({ ok: false });
  });
});
