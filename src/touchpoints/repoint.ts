import type { Transaction } from 'kysely';
import type { Database } from '../database/schema.ts';

export async function repointMerged(_trx: Transaction<Database>, _businessId: string, _ids: string[]): Promise<void> {}
