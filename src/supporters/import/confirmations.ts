import { isoDay } from '../../kit/day.ts'
import { HOUR_MS } from '../../kit/durations.ts'
import { errorMessage } from '../../kit/result.ts'
import type { AskAnswer } from '../../mailbox/asked/ask-mailbox.ts'
import { LASTING_MARK_MS } from '../../mailbox/queued-mails.ts'
import type { Limits } from '../../transports/transport.ts'
import { CONSENT_VERSION } from '../../web/consent.tsx'
import { type SignUpConfirmation, signUpConfirmationMail } from '../sign-up.ts'
import type { SupporterDeps } from '../supporter-deps.ts'
import { addressesOf, type ImportDeps, type ImportStep } from './apply.ts'
import type { ImportedPerson } from './decision.ts'
import type { RefusedRow } from './refusals.ts'
import type { ImportStatus } from './status.ts'

/** Milliseconds between two batches of confirmations. */
const HANDFUL_MS = 15_000
/**
 * Milliseconds for which a `MailboxQueue` surely remembers a queued confirmation. A person whose first try was interrupted longer
 * ago is not mailed again.
 */
export const ASK_AGAIN_WITHIN_MS = LASTING_MARK_MS - HOUR_MS

/** Confirmations per minute, limited so that half of the account's rate stays free for other mail. */
export function confirmationPace(
  perMinute: number,
  { callsPerSecond, mailsPerDay = Number.POSITIVE_INFINITY }: Limits,
): number {
  const half = Math.min(callsPerSecond * 60, mailsPerDay / (24 * 60)) / 2
  return Math.min(perMinute, Math.max(half, 1 / 60))
}

/** Size of the next batch and the pause after it, in milliseconds. */
export function nextBatch(perMinute: number, waiting: number): { people: number; pauseMs: number } {
  const people = Math.min(waiting, Math.max(1, Math.floor((perMinute * HANDFUL_MS) / 60_000)))
  return { people, pauseMs: Math.ceil((people * 60_000) / perMinute) }
}

/** Dependencies of a confirmation step. */
export type ConfirmationDeps = ImportDeps & Pick<SupporterDeps, 'ask' | 'settings' | 'now'>

/** `again`: people who are to be tried later, because their mailbox queue is full or did not answer. */
type ConfirmationStep = Omit<ImportStep, 'toConfirm'> & { again: ImportedPerson[] }

/**
 * Sends confirmation mails to imported people without proof of consent. People who have joined or left meanwhile get none. An error
 * for one person delays nobody else. `firstTryAt` (epoch ms): of an earlier try, or null.
 */
export async function confirmationStep(
  people: readonly ImportedPerson[],
  status: ImportStatus,
  firstTryAt: number | null,
  deps: ConfirmationDeps,
): Promise<ConfirmationStep> {
  const prints = await Promise.all(
    people.map((person) => Promise.all(addressesOf(person).map((email) => deps.fingerprint({ email })))),
  )
  const fingerprints = prints.map(([own = '']) => own)
  const [{ left, admitted }, existing] = await Promise.all([
    deps.membership(prints.flat()),
    deps.store.getAll(fingerprints),
  ])
  const counts = { imported: 0, confirming: 0, merged: 0, refused: 0 }
  const refused: RefusedRow[] = []
  const again: ImportedPerson[] = []
  const mayAskAgain = deps.now - (firstTryAt ?? status.begun[0] ?? deps.now) < ASK_AGAIN_WITHIN_MS
  const isFirstTry = firstTryAt === null && status.begun.length <= 1
  await Promise.all(
    people.map(async (person, at) => {
      const fingerprint = fingerprints[at] ?? ''
      const refuse = (reason: RefusedRow['reason']) => {
        counts.refused++
        refused.push({ row: person.rows[0] ?? 0, reason })
      }
      if (prints[at]?.some((one) => left.includes(one))) return refuse('left')
      if (existing.has(fingerprint) || admitted.includes(fingerprint)) {
        counts.merged++
        return
      }
      if (!mayAskAgain) return refuse('not-known')
      const { rows: _, consent: __, spellings: ___, leaves: ____, ...profile } = person
      const pending = {
        ...profile,
        locales: profile.locales.length > 0 ? profile.locales : [status.locale],
        wording: CONSENT_VERSION,
        via: 'import',
      }
      const confirmation = await signUpConfirmationMail(
        deps,
        pending,
        `confirm/import/${status.id}`,
        status.locale,
        isoDay(status.at),
      )
      if (confirmation === null) return refuse('too-much')
      const answer = await askMailbox(deps, confirmation)
      if (answer === 'full' || answer === 'refused') again.push(person)
      else if (answer === 'already' && isFirstTry)
        counts.merged++ // another address of the mailbox was asked
      else counts.confirming++
    }),
  )
  return { counts, refused, again, operations: 2 + people.length }
}

/**
 * What the mailbox queue did. `full` or `refused` when it is full, did not answer, or strangers have asked for too many mails to this
 * mailbox.
 */
async function askMailbox({ ask }: ConfirmationDeps, { mail, asked }: SignUpConfirmation): Promise<AskAnswer> {
  try {
    return await ask(mail, asked)
  } catch (error) {
    console.error('import confirmation', errorMessage(error))
    return 'full'
  }
}
