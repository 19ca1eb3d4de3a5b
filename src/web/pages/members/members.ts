import { html } from 'hono/html';
import { invite, listInvitations, type OpenInvitation, withdrawInvitation } from '../../../businesses/invitations.ts';
import { lettersLeave } from '../../../businesses/letters.ts';
import { changeRole, type Colleague, endMembership, listMembers, type Role } from '../../../businesses/members.ts';
import { cardLinks } from '../../../touchpoints/card-links.ts';
import { seenWords } from '../../ago.ts';
import { textOf } from '../../forms.ts';
import type { Html } from '../../layout.ts';
import { after, membersPage } from '../../members-page.ts';
import { button, choice, field, icon, linkButton, type Piece, pill, press, problemBox } from '../../parts.ts';
import type { Visit } from '../../visit.ts';

/** Who works in the shop, and who was asked to. */
export async function listPage(visit: Visit): Promise<Response> {
  return page(visit, { role: 'staff' });
}

export async function rolePost(visit: Visit): Promise<Response> {
  const found = await colleagueIn(visit);
  const role = readRole(textOf(await visit.form(), 'role'));
  if (!found || !role) return visit.missing();
  const done = await changeRole(visit.db, visit.business.id, found.id, role, visit.actor);
  if (!done.ok) return page(visit, { role: 'staff', said: done.reason });
  const say = role === 'owner' ? `${found.name} is an owner now.` : `${found.name} is staff now.`;
  if (found.id === visit.member.id) return after(visit, role === 'owner' ? '/members' : '', { say });
  return after(visit, '/members', { say, undo: { path: `/members/${found.id}/role`, fields: { role: found.role } } });
}

/** What cannot be undone asks, and names whom it is about. */
export async function endPage(visit: Visit): Promise<Response> {
  const found = await colleagueIn(visit);
  return found ? askToEnd(visit, found) : visit.missing();
}

export async function endPost(visit: Visit): Promise<Response> {
  const found = await colleagueIn(visit);
  if (!found) return visit.missing();
  const done = await endMembership(visit.db, visit.business.id, found.id, visit.actor);
  if (!done.ok) return askToEnd(visit, found, done.reason);
  if (found.id === visit.member.id) return visit.c.redirect('/', 303);
  return after(visit, '/members', { say: `${found.name} is no member any more.` });
}

export async function invitePost(visit: Visit): Promise<Response> {
  const form = await visit.form();
  const role = readRole(textOf(form, 'role')) ?? 'staff';
  const email = textOf(form, 'email').trim();
  const mail = textOf(form, 'how') === 'mail' && leaves(visit);
  const asked = { role, email, mail, by: visit.member.id };
  const done = await invite(visit.db, visit.business, asked, visit.actor);
  if (!done.ok) return page(visit, { role, email, problem: done.reason });
  if (mail) return after(visit, '/members', { say: `A letter to ${email} is on its way.` });
  return after(visit, `/members/invitations/${done.id}`);
}

/** The link itself, as long as it is good for something. */
export async function invitationPage(visit: Visit): Promise<Response> {
  const id = visit.id('invitation');
  const found = (await listInvitations(visit.db, visit.business.id, visit.now)).find((open) => open.id === id);
  if (!found) return visit.missing();
  const link = cardLinks(visit.site.publicUrl, visit.site.keys).invitation({ businessId: visit.business.id, id: found.id });
  const content = html`<header class="head"><h1>Give them this link</h1></header>
    <p class="members-name">
      ${found.email ? html`It is for <strong>${found.email}</strong>. ` : ''}Whoever opens it first becomes
      ${found.role === 'owner' ? 'an owner' : 'staff'} of ${visit.business.name}. It works once, until
      ${dayOf(found.expiresAt, visit)}.
    </p>
    <div class="box members-link">
      <label class="unseen" for="link">The link</label>
      <input id="link" type="text" readonly value="${link}" />
      <button type="button" class="main" data-copy="${link}">${icon('copy')}Copy</button>
    </div>
    <div class="actions">
      ${linkButton(visit.href('/members'), 'Done')}
      ${press(visit.href(`/members/invitations/${found.id}/withdraw`), 'Take it back', { icon: 'x' })}
    </div>`;
  return membersPage(visit, { title: 'An invitation', section: 'members', content });
}

export async function withdrawPost(visit: Visit): Promise<Response> {
  const id = visit.id('invitation');
  const open = await listInvitations(visit.db, visit.business.id, visit.now);
  const done =
    id !== undefined &&
    open.some((one) => one.id === id) &&
    (await withdrawInvitation(visit.db, visit.business.id, id, visit.actor));
  return done
    ? after(visit, '/members', { say: 'The invitation was taken back: its link opens nothing any more.' })
    : visit.missing();
}

interface Asked {
  role: Role;
  email?: string;
  /** At the form for asking somebody. */
  problem?: string;
  /** Of the list. */
  said?: string;
}

async function page(visit: Visit, asked: Asked): Promise<Response> {
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

function askToEnd(visit: Visit, { id, name, email }: Colleague, problem?: string): Promise<Response> {
  const self = id === visit.member.id;
  const title = self ? `Leave ${visit.business.name}?` : `End the membership of ${name}?`;
  const words = self
    ? 'You will see nothing of this shop any more. Your account stays, and so does your name beside what you did.'
    : 'From their next press on they see nothing of this shop any more. Their account stays theirs, and their name stays beside what they did.';
  const content = html`<header class="head"><h1>${title}</h1></header>
    ${problemBox(problem)}
    <div class="box">
      <p><strong>${name}</strong>, <bdi>${email}</bdi></p>
      <p>${words} To come back they need a new invitation.</p>
      <div class="actions">
        ${press(visit.href(`/members/${id}/end`), self ? 'Leave this shop' : `End it for ${name}`, { kind: 'danger' })}
        ${linkButton(visit.href('/members'), 'Keep things as they are')}
      </div>
    </div>`;
  return membersPage(visit, { title, section: 'members', content, status: problem ? 422 : 200 });
}

async function colleagueIn(visit: Visit): Promise<Colleague | undefined> {
  const id = visit.id('member');
  return (await listMembers(visit.db, visit.business.id)).find((member) => member.id === id);
}

function readRole(text: string): Role | undefined {
  return text === 'owner' || text === 'staff' ? text : undefined;
}

function leaves({ business, site }: Visit): boolean {
  return lettersLeave(business, site.practice);
}

function dayOf(at: Date, { business }: Visit): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: business.zone,
  });
  return format.format(at);
}
