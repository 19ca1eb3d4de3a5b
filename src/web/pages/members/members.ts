import { html } from 'hono/html';
import { invite, listInvitations, withdrawInvitation } from '../../../businesses/invitations.ts';
import { changeRole, type Colleague, endMembership, listMembers, type Role } from '../../../businesses/members.ts';
import { cardLinks } from '../../../touchpoints/card-links.ts';
import { textOf } from '../../forms.ts';
import { after, membersPage } from '../../members-page.ts';
import { icon, linkButton, press, problemBox } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { dayOf, leaves, membersList } from './list.ts';

/** Who works in the shop, and who was asked to. */
export async function listPage(visit: Visit): Promise<Response> {
  return membersList(visit, { role: 'staff' });
}

export async function rolePost(visit: Visit): Promise<Response> {
  const found = await colleagueIn(visit);
  const role = readRole(textOf(await visit.form(), 'role'));
  if (!found || !role) return visit.missing();
  const done = await changeRole(visit.db, visit.business.id, found.id, role, visit.actor);
  if (!done.ok) return membersList(visit, { role: 'staff', said: done.reason });
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
  if (!done.ok) return membersList(visit, { role, email, problem: done.reason });
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
