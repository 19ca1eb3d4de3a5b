import type { MemberRoute } from '../../visit.ts';

export const homeRoutes: MemberRoute[] = [];
