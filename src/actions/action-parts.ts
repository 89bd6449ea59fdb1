import { LetterDelivery } from './letters/letter-delivery.ts'
import { Letters } from './letters/letters.ts'
import type { ObjectContext } from './object-context.ts'
import { SelfReports } from './self-reports/self-reports.ts'
import type { Submission } from './submissions/submission.ts'
import { Submissions } from './submissions/submissions.ts'

/** The parts of a campaign's object. */
export type ActionParts = {
  letters: Letters
  delivery: LetterDelivery
  submissions: Submissions
  selfReports: SelfReports
}

/** Opens the parts on the tables of a campaign's object. */
export function openParts(context: ObjectContext): ActionParts {
  const delivery = new LetterDelivery(context)
  const letters = new Letters(context, delivery, () => submissions)
  const submissions = new Submissions(context, delivery, (...letter) => letters.release(...letter))
  return { delivery, letters, submissions, selfReports: new SelfReports(context) }
}

/** What is stored about a person in a campaign: consents, a letter until its receipt, submissions. */
export type PersonInCampaign = Awaited<ReturnType<Letters['findPersonal']>> & { said?: Submission[] }

/** What is stored about a person, by the fingerprint of their address; null when there is nothing. */
export async function findPersonalData(parts: ActionParts, fingerprint: string): Promise<PersonInCampaign | null> {
  const written = await parts.letters.findPersonal(fingerprint)
  const said = await parts.submissions.listByPerson(fingerprint)
  const found = said.length === 0 ? written : { ...written, said }
  return Object.keys(found).length === 0 ? null : found
}

/**
 * Deletes a person's consents and submissions, and takes their letters out of all mails that have not left. False while a call with one of
 * them is under way: it must be repeated.
 */
export async function erasePerson(parts: ActionParts, fingerprint: string): Promise<boolean> {
  parts.letters.erase(fingerprint)
  const isDone = parts.delivery.erase(fingerprint)
  await parts.submissions.erase(fingerprint)
  return isDone
}
