import { html } from 'hono/html';
import { hasSafeLinks, readSmtp } from '../../../businesses/smtp.ts';
import type { Visit } from '../../visit.ts';
import { dnsBox, type MailForm, mailForm, startValues } from '../settings/mail-form.ts';
import { saveMail } from '../settings/mail.ts';
import { setUpPage } from './frame.ts';
import { goOn, skipForm } from './steps.ts';

const PAGE = '/welcome/mail';

/** How mail leaves: by a server of the shop's own, by the installation's, or not at all for now. */
export function mailStep(visit: Visit): Promise<Response> {
  return page(visit, {});
}

export async function mailStepPost(visit: Visit): Promise<Response> {
  const saved = await saveMail(visit);
  return 'again' in saved ? page(visit, saved.again) : goOn(visit, 'mail');
}

async function page(visit: Visit, form: Partial<MailForm>): Promise<Response> {
  const { db, business, site } = visit;
  const own = await readSmtp(db, business.id, site.secretKeys);
  const values = form.values ?? startValues(visit, own && { host: own.host, port: own.port, user: own.user });
  const used = business.smtp_rev !== null || form.tried ? own?.host : undefined;
  const safe = hasSafeLinks(site.publicUrl);
  const content = html`<div class="head">
      <div>
        <h1>How mail leaves</h1>
        <p>${lead(visit, used)}</p>
      </div>
    </div>
    <div class="stack">
      ${safe ? mailForm(visit, { page: PAGE, kept: own !== undefined, ...form, values }) : ''} ${safe ? dnsBox(visit, PAGE) : ''}
    </div>
    ${skipForm(visit, 'mail', onWords(site.practice, used))}`;
  return setUpPage(visit, { title: 'How mail leaves', step: 'mail', content, status: form.values ? 422 : 200 });
}

function onWords(practice: boolean, used: string | undefined): string {
  if (used !== undefined) return 'Go on';
  return practice ? 'Stay in practice for now' : 'Use the server of this Fondly';
}

function lead({ site }: Visit, used: string | undefined): string {
  if (!hasSafeLinks(site.publicUrl))
    return 'Fondly is not reached by https:// yet, so nothing can leave. Go on in practice: everything else works, and the cards are kept here.';
  if (used !== undefined) return `Cards leave by ${used} once you switch on. Until then nothing leaves this machine.`;
  return site.practice
    ? 'Until you name a mail server, Fondly practises: the cards are kept here, and nothing leaves this machine.'
    : `Mail can leave by the server of this Fondly (${site.smtp?.host}). Your own mailbox is often the better sender.`;
}
