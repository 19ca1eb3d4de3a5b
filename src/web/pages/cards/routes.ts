import type { MemberRoute } from '../../visit.ts';

export const cardsRoutes: MemberRoute[] = [];
