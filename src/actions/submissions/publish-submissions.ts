import * as z from 'zod'
import { type PublicSubmissions, storePublicSubmissions } from '../../campaigns/public-submissions.ts'
import { defined } from '../../kit/defined.ts'
import { findWithheldNames, type WithheldName } from '../moderation/withheld-names.ts'
import type { ObjectContext, Tick } from '../object-context.ts'
import { contentHash } from './content-hash.ts'
import { openSubmission, type Submission, submissionText } from './submission.ts'
import type { SubmissionState } from './submission-state.ts'

/** Submissions of each kind on a page, at most: more would not be read. */
const SHOWN_MESSAGES = 50
const SHOWN_ENDORSEMENTS = 200
const SHOWN_REPLIES = 20
/** UTF-16 units of all submissions of one kind, at most. They keep the page below its limit of 30 kB of transfer (DESIGN §6). */
const SHOWN_CHARS = 10_000

/** Milliseconds until another try. KV allows one write a second to a key. */
const AGAIN_MS = 15_000

/**
 * Writes the public submissions to KV for the campaign's page, if they have changed since the last time. Texts with a withheld name are
 * left out. Returns when to try again after a failure (epoch ms), or null.
 */
export async function publishSubmissions(
  { env, db, slug }: ObjectContext,
  state: SubmissionState,
  { settings: { keys } }: Tick,
  withheld: readonly WithheldName[],
): Promise<number | null> {
  const open = async (kind: Submission['kind'], most: number): Promise<Submission[]> => {
    const rows = state.listShown(kind, most)
    const opened = await Promise.all(rows.map(({ id, sealed }) => openSubmission(keys, slug(), id, sealed ?? '')))
    return opened
      .filter((one) => one !== null)
      .filter((one) => findWithheldNames(submissionText(one), withheld).length === 0)
  }
  const submissions = await Promise.all([
    open('support', SHOWN_MESSAGES),
    open('endorsement', SHOWN_ENDORSEMENTS),
    open('reply', SHOWN_REPLIES),
  ])
  const shown = toPublicSubmissions(submissions.flat())
  const hash = await contentHash(keys, JSON.stringify(shown)) // keyed, so that the stored hash discloses no text
  const entry = db.entry('published-submissions', z.string())
  const before = entry.get()
  const nothing = shown.messages.length + shown.endorsements.length + shown.replies.length === 0
  if (before === hash || (before === undefined && nothing)) return null
  try {
    await storePublicSubmissions(env.CONTENT, keys, slug(), shown)
    entry.put(hash)
    return null
  } catch {
    return Date.now() + AGAIN_MS
  }
}

/** The fields that the page shows, by kind. Takes the newest first; older ones that no longer fit the page are left out. */
export function toPublicSubmissions(submissions: readonly Submission[]): PublicSubmissions {
  const budget = new PageBudget()
  const shown: PublicSubmissions = { messages: [], endorsements: [], replies: [] }
  for (const one of submissions) {
    if (!budget.fits(one)) continue
    if (one.kind === 'support') {
      const { name, place, text } = one
      shown.messages.push({ name, ...defined({ place }), text })
    } else if (one.kind === 'endorsement') {
      const { organisation, place, signer, role } = one
      shown.endorsements.push({ organisation, place, signer, role })
    } else if (one.kind === 'reply') {
      const { target, date, locale, text } = one
      shown.replies.push({ target, date, locale, text })
    }
  }
  shown.replies.sort((a, b) => b.date.localeCompare(a.date))
  return shown
}

/** The space left on the page for each kind. After one submission did not fit, none of its kind fits. */
class PageBudget {
  readonly #left = { support: SHOWN_CHARS, endorsement: SHOWN_CHARS, reply: SHOWN_CHARS, letter: 0 }

  fits(submission: Submission): boolean {
    this.#left[submission.kind] -= submissionText(submission).length
    return this.#left[submission.kind] >= 0
  }
}
