import { html } from 'hono/html';
import type { OwnSmtp, ShownSmtp } from '../../../businesses/smtp.ts';
import type { Tried } from '../../../businesses/smtp-test.ts';
import { type DnsFinding, examineDomain } from '../../../mail/dns.ts';
import { wireAddress } from '../../../mail/address.ts';
import { MAIL_PRESETS, type MailPreset, presetOf } from '../../../mail/presets.ts';
import { wasFields } from '../../clash.ts';
import { type Form, numberOf, textOf } from '../../forms.ts';
import type { Html } from '../../layout.ts';
import { button, field, hidden, icon, problemBox } from '../../parts.ts';
import type { Visit } from '../../visit.ts';

export interface MailForm {
  /** Where its page is: '/settings/mail'. */
  page: string;
  values: ShownSmtp;
  /** A password is kept already, and an empty field keeps it. */
  kept: boolean;
  /** The settings' number that the form begins with, where it is not the visit's. */
  rev?: number | null;
  problem?: string | undefined;
  tried?: Tried | undefined;
}

export function readOwnSmtp(form: Form): OwnSmtp {
  const text = (name: string) => textOf(form, name).trim();
  // People paste passwords with the spaces that a provider shows them in; none that is typed into a mail program has any at its ends.
  return { host: text('host'), port: portOf(form), user: text('user'), pass: text('pass') };
}

/** The settings' number that the form began with; undefined where a press does not say. */
export function readSeenRev(form: Form): number | null | undefined {
  if (!('was-rev' in form)) return undefined;
  const text = textOf(form, 'was-rev');
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

function portOf(form: Form): number {
  const port = textOf(form, 'port').trim();
  return /^\d{5}$/.test(port) ? Number(port) : (numberOf(form, 'port') ?? 0);
}

/** What stands in the form at first: what is kept, else the chosen provider's. */
export function startValues(visit: Visit, kept: ShownSmtp | undefined): ShownSmtp {
  const asked = visit.c.req.query('provider');
  const preset = MAIL_PRESETS.find(({ id }) => id === asked);
  if (asked === 'other') return { host: '', port: 587, user: '' };
  if (preset)
    return { host: preset.host, port: preset.port, user: kept?.host === preset.host ? kept.user : visit.business.from_address };
  return kept ?? { host: '', port: 587, user: '' };
}

/** The provider, the server and the key to it. */
export function mailForm(visit: Visit, { page, values, kept, rev, problem, tried }: MailForm): Html {
  const preset = presetOf(values.host);
  return html`<section class="box" id="server">
    <h2>Your own mail server</h2>
    <p class="hint">Cards leave as mail that you send yourself, so they arrive best. Where is your mail?</p>
    <nav class="mail-providers" aria-label="Mail providers">
      ${MAIL_PRESETS.map((one) => provider(visit, page, one, one.id === preset?.id))}
      ${provider(visit, page, { id: 'other', name: 'Another' }, preset === undefined && values.host !== '')}
    </nav>
    ${tried && !tried.ok ? failure(tried) : ''} ${problemBox(problem)}
    <form method="post" action="${visit.href(page)}" autocomplete="off">
      ${hidden(wasFields({ rev: String((rev === undefined ? visit.business.smtp_rev : rev) ?? '') }))}
      ${
        preset
          ? html`<p class="mail-hint">
              ${icon('info')}<span><strong>${preset.name}.</strong> ${preset.hint}</span>
            </p>`
          : ''
      }
      ${serverFields(values, kept)}
      <p class="quiet">
        Kept encrypted, and never shown again. The connection is always encrypted: from the start at port 465, by STARTTLS at any
        other.
      </p>
      <p class="actions">
        ${button('Save and send me a test', { kind: 'main', name: 'try', value: '1', icon: 'send' })} ${button('Save')}
      </p>
      <p class="quiet">The test goes to ${visit.member.email}, and can take some seconds.</p>
    </form>
  </section>`;
}

function serverFields(values: ShownSmtp, kept: boolean): Html {
  return html`<div class="mail-server">
      ${field({ name: 'host', label: 'Server', value: values.host, placeholder: 'smtp.example.com', required: true, maxlength: 253 })}
      ${field({ name: 'port', label: 'Port', value: values.port, inputmode: 'numeric', required: true, maxlength: 5 })}
    </div>
    <div class="pair">
      ${field({ name: 'user', label: 'User name', value: values.user, autocomplete: 'off', maxlength: 320 })}
      ${field({
        name: 'pass',
        type: 'password',
        label: 'Password',
        hint: kept ? 'Kept. Leave it empty to keep it as it is.' : '',
        autocomplete: 'new-password',
        maxlength: 1000,
      })}
    </div>`;
}

/** What the world thinks of mail from this shop's domain: looked up when the page is there already. */
export function dnsBox(visit: Visit, page: string): Html {
  const domain = domainOf(visit);
  return html`<section class="box">
    <h2>Will it arrive?</h2>
    <p class="hint">Mailboxes believe a sender whose domain vouches for it. This is what ${domain} says:</p>
    <div hx-get="${visit.href('/settings/mail/dns')}" hx-trigger="load" hx-swap="outerHTML">
      <p><a href="${visit.href(`/settings/mail/dns?back=${encodeURIComponent(page)}`)}">Look it up</a></p>
    </div>
  </section>`;
}

export async function dnsFindings(visit: Visit, host: string | undefined): Promise<Html> {
  const findings = await examineDomain(domainOf(visit), host === undefined ? undefined : presetOf(host));
  return html`<ul class="mail-dns">
    ${findings.map(finding)}
  </ul>`;
}

/** What a test that failed has to say. */
export function failure(tried: Extract<Tried, { ok: false }>): Html {
  return html`<div class="mail-failed" role="alert">
    <p><strong>The test mail did not leave.</strong> ${tried.advice}</p>
    ${tried.said ? html`<p class="mail-said">“${tried.said}”</p>` : ''}
  </div>`;
}

function provider(visit: Visit, page: string, { id, name }: Pick<MailPreset, 'id' | 'name'>, current: boolean): Html {
  return html`<a href="${visit.href(`${page}?provider=${id}#server`)}" ${current ? html`aria-current="true"` : ''}>${name}</a>`;
}

function finding({ what, ok, words }: DnsFinding): Html {
  const mark = ok === null ? 'info' : ok ? 'check' : 'triangle-alert';
  const tone = ok === null ? 'calm' : ok ? 'good' : 'bad';
  const said = words.slice(0, 1).toUpperCase() + words.slice(1);
  return html`<li class="${tone}">
    ${icon(mark)}<span><strong>${what}</strong> ${said}</span>
  </li>`;
}

function domainOf({ business }: Visit): string {
  return wireAddress(business.from_address).split('@').at(-1) ?? '';
}
