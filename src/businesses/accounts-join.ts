import { hashPassword } from 'better-auth/crypto';
import { accountProblem, addAccount, type MadeAccount, type NewAccount } from './accounts.ts';
import { type Db, inOneCommit, refused } from './commit.ts';
import { acceptInvitation } from './invitations.ts';

/** Makes an account and accepts an invitation with it: both or neither. */
export async function joinWithNewAccount(
  db: Db,
  invitation: { businessId: string; id: string; shop: string },
  asked: NewAccount,
  now: Date,
): Promise<MadeAccount> {
  const problem = accountProblem(asked, [invitation.shop]);
  if (problem) return { ...refused(problem.reason), at: problem.at };
  // Before anything is locked: it takes its time.
  const hashed = await hashPassword(asked.password);
  try {
    return await inOneCommit(db, async (trx) => {
      const account = await addAccount(trx, asked, now, async () => hashed);
      if (!account.ok) return account;
      const joined = await acceptInvitation(trx, invitation.businessId, invitation.id, account.id, now);
      if (!joined.ok) throw new JustTaken();
      return account;
    });
  } catch (error) {
    if (error instanceof JustTaken) return refused('Somebody used this invitation a moment ago. Ask for a new one.');
    throw error;
  }
}

// Thrown, so that the account goes back with it.
class JustTaken extends Error {}
