import type { MemberRoute } from '../../visit.ts';

export const importsRoutes: MemberRoute[] = [];
