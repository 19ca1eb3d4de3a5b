import type { MemberRoute } from '../../visit.ts';

export const occasionsRoutes: MemberRoute[] = [];
