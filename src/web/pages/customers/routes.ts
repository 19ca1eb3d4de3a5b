import type { MemberRoute } from '../../visit.ts';

export const customersRoutes: MemberRoute[] = [];
