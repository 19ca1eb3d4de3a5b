import { limitKey, takeTry } from '../../../businesses/sign-in-limits.ts';
import { sendTestCard } from '../../../occasions/test-card.ts';
import { textOf } from '../../forms.ts';
import { after, practises } from '../../members-page.ts';
import type { Visit } from '../../visit.ts';
import { draftAt } from './draft.ts';
import { makeDraft } from './preview.ts';

const LIMIT = { most: 30, minutes: 10 };

/** The draft as it is, by mail to whoever is making it. */
export async function sendTest(visit: Visit): Promise<Response> {
  const form = await visit.form();
  const at = await draftAt(visit, textOf(form, 'language'));
  if (!at) return visit.missing();
  const { draft, language } = at;
  const back = `/cards/${draft.cardId}/publish`;
  if (await takeTry(visit.db, limitKey(visit.site.secretKeys, 'test card', visit.member.id), LIMIT, visit.now))
    return after(visit, back, { say: 'That were many tests. Wait ten minutes for the next.' });
  const to = visit.member.email;
  const card = await makeDraft(visit, draft, language, draft.words[language] ?? {}, 'everyday');
  if (card.problems.length > 0) return after(visit, back, { say: `No test was sent. ${card.problems.join(' ')}` });
  await sendTestCard(visit.db, visit.business.id, { address: to, language, card }, visit.actor);
  const where = practises(visit)
    ? 'It is in the outbox in a moment: nothing leaves this machine yet.'
    : 'It arrives in a moment.';
  return after(visit, back, { say: `A test goes to ${to}. ${where}` });
}
