import { html } from 'hono/html';
import { listInvitations, type OpenInvitation } from '../../../businesses/invitations.ts';
import { lettersLeave } from '../../../businesses/letters.ts';
import { type Colleague, listMembers, type Role } from '../../../businesses/members.ts';
import { seenWords } from '../../ago.ts';
import type { Html } from '../../layout.ts';
import { membersPage } from '../../members-page.ts';
import { button, choice, field, linkButton, type Piece, pill, press, problemBox } from '../../parts.ts';
import type { Visit } from '../../visit.ts';

export interface Asked {
  role: Role;
  email?: string;
  /** At the form for asking somebody. */
  problem?: string;
  /** Of the list. */
  said?: string;
}

/** The list, those who were asked, and the form for asking somebody. */
export async function membersList(visit: Visit, asked: Asked): Promise<Response> {
  const [members, open] = await Promise.all([
    listMembers(visit.db, visit.business.id),
    listInvitations(visit.db, visit.business.id, visit.now),
  ]);
  const owners = members.filter(({ role }) => role === 'owner').length;
  const content = html`<header class="head">
      <div>
        <h1>Members</h1>
        <p>Owners may do everything. Staff look after customers, cards and occasions.</p>
      </div>
    </header>
    ${problemBox(asked.said)}
    <ul class="rows members-list">
      ${members.map((member) => memberRow(visit, member, member.role === 'owner' && owners === 1))}
    </ul>
    ${invitations(visit, open)} ${inviteForm(visit, asked)}`;
  return membersPage(visit, { title: 'Members', section: 'members', content, status: asked.problem || asked.said ? 422 : 200 });
}

function memberRow(visit: Visit, member: Colleague, onlyOwner: boolean): Html {
  const self = member.id === visit.member.id;
  return html`<li>
    <div class="members-who">
      <p>
        <strong>${member.name}</strong> ${self ? html`<span class="quiet">(you)</span>` : ''}
        ${pill(member.role === 'owner' ? 'Owner' : 'Staff', member.role === 'owner' ? 'good' : 'calm')}
      </p>
      <p class="quiet"><bdi>${member.email}</bdi></p>
      <p class="quiet">${facts(visit, member)}</p>
    </div>
    ${onlyOwner ? html`<p class="quiet">The only owner</p>` : presses(visit, member)}
  </li>`;
}

// The last owner cannot go, nor be staff: the verbs refuse it too.
function presses(visit: Visit, member: Colleague): Html {
  const self = member.id === visit.member.id;
  const other: Role = member.role === 'owner' ? 'staff' : 'owner';
  const change = other === 'owner' ? 'Make an owner' : 'Make staff';
  return html`<div class="actions">
    ${press(visit.href(`/members/${member.id}/role`), change, { fields: { role: other }, says: `${change}: ${member.name}` })}
    ${linkButton(visit.href(`/members/${member.id}/end`), self ? 'Leave' : 'End', { says: self ? 'Leave this shop' : `End the membership of ${member.name}` })}
  </div>`;
}

function facts(visit: Visit, { since, lastSeen, twoFactor }: Colleague): Piece {
  // Sessions are on the machine's clock.
  const seen = lastSeen ? `last seen ${seenWords(lastSeen, new Date())}` : 'signed in nowhere';
  return html`Member since ${dayOf(since, visit)} · ${seen} · ${twoFactor ? 'with a second lock' : 'password only'}`;
}

function invitations(visit: Visit, open: OpenInvitation[]): Piece {
  if (open.length === 0) return '';
  return html`<section aria-labelledby="asked">
    <h2 id="asked">Asked, and not here yet</h2>
    <ul class="rows members-list">
      ${open.map((one) => invitationRow(visit, one))}
    </ul>
  </section>`;
}

function invitationRow(visit: Visit, { id, role, email, byName, createdAt, expiresAt }: OpenInvitation): Html {
  const name = email ?? 'Whoever has the link';
  return html`<li>
    <div class="members-who">
      <p><strong>${name}</strong> ${pill(role === 'owner' ? 'Owner' : 'Staff')}</p>
      <p class="quiet">
        Asked ${byName ? `by ${byName} ` : ''}on ${dayOf(createdAt, visit)}, good until ${dayOf(expiresAt, visit)}
      </p>
    </div>
    <div class="actions">
      ${linkButton(visit.href(`/members/invitations/${id}`), 'Show the link', { icon: 'link', says: `Show the link for ${name}` })}
      ${press(visit.href(`/members/invitations/${id}/withdraw`), 'Take back', { says: `Take back the invitation of ${name}` })}
    </div>
  </li>`;
}

function inviteForm(visit: Visit, { role, email, problem }: Asked): Html {
  const mails = leaves(visit);
  const hint = mails
    ? 'To mail it, or to know later whom you asked.'
    : 'To know later whom you asked. While the shop practises nothing is mailed.';
  return html`<section class="box" aria-labelledby="invite">
    <h2 id="invite">Ask somebody to join</h2>
    <form method="post" action="${visit.href('/members/invitations')}">
      ${choice({ name: 'role', label: 'As', value: role, options: roles })}
      ${field({ name: 'email', label: 'Their e-mail', type: 'email', value: email, hint, problem, autocomplete: 'off' })}
      <div class="actions">
        ${button('Make a link to give them', { kind: mails ? 'quiet' : 'main', icon: 'link', name: 'how', value: 'link' })}
        ${mails ? button('Send it by mail', { kind: 'main', icon: 'send', name: 'how', value: 'mail' }) : ''}
      </div>
    </form>
  </section>`;
}

const roles = [
  { value: 'staff', label: 'Staff', hint: 'Customers, cards, occasions, what was sent and answered.' },
  { value: 'owner', label: 'Owner', hint: 'All of that, and settings and members.' },
];

/** Whether a letter would leave the machine. */
export function leaves({ business, site }: Visit): boolean {
  return lettersLeave(business, site.practice);
}

/** A day in the shop's own zone. */
export function dayOf(at: Date, { business }: Visit): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: business.zone,
  });
  return format.format(at);
}
