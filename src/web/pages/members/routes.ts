import type { MemberRoute } from '../../visit.ts';

export const membersRoutes: MemberRoute[] = [];
