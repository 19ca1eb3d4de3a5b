import type { MemberRoute } from '../../visit.ts';
import { endPage, endPost, invitationPage, invitePost, listPage, rolePost, withdrawPost } from './members.ts';

export const membersRoutes: MemberRoute[] = [
  { method: 'GET', path: '/members', role: 'owner', to: listPage },
  { method: 'POST', path: '/members/invitations', role: 'owner', to: invitePost },
  { method: 'GET', path: '/members/invitations/:invitation', role: 'owner', to: invitationPage },
  { method: 'POST', path: '/members/invitations/:invitation/withdraw', role: 'owner', to: withdrawPost },
  { method: 'POST', path: '/members/:member/role', role: 'owner', to: rolePost },
  { method: 'GET', path: '/members/:member/end', role: 'owner', to: endPage },
  { method: 'POST', path: '/members/:member/end', role: 'owner', to: endPost },
];
