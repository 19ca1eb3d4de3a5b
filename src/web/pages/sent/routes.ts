import type { MemberRoute } from '../../visit.ts';

export const sentRoutes: MemberRoute[] = [];
