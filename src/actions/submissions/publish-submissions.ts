import * as z from 'zod'
import { type PublicSubmissions, storePublicSubmissions } from '../../campaigns/public-submissions.ts'
import { findWithheldNames, type WithheldName } from '../moderation/withheld-names.ts'
import type { ObjectContext, Tick } from '../object-context.ts'
import { contentHash } from './content-hash.ts'
import { openSubmission, type Submission, submissionText } from './submission.ts'
import type { SubmissionState } from './submission-state.ts'

/** What a page can carry of each kind: beyond it, nobody reads on. */
const SHOWN_MESSAGES = 50
const SHOWN_ENDORSEMENTS = 200
const SHOWN_REPLIES = 20
/** UTF-16 units of all of a kind together: with them the page stays below the 30 kB it may bring over the line (DESIGN §6). */
const SHOWN_CHARS = 10_000

/** Milliseconds until another try: KV takes one write a second of a key. */
const AGAIN_MS = 15_000

/**
 * Tells the campaign's page what it may show, when that has changed: new voices, one that was taken back, or somebody who may be named no
 * more. Answers when to try again, or null.
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
      .filter((said) => said !== null)
      .filter((said) => findWithheldNames(submissionText(said), withheld).length === 0)
  }
  const said = await Promise.all([
    open('support', SHOWN_MESSAGES),
    open('endorsement', SHOWN_ENDORSEMENTS),
    open('reply', SHOWN_REPLIES),
  ])
  const shown = toPublicSubmissions(said.flat())
  const hash = await contentHash(keys, JSON.stringify(shown)) // keyed: the state says nothing of what was said
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

/** Each kind as the page shows it; given the newest first. */
export function toPublicSubmissions(submissions: readonly Submission[]): PublicSubmissions {
  const newest = new PageBudget()
  const shown: PublicSubmissions = { messages: [], endorsements: [], replies: [] }
  for (const one of submissions) {
    if (!newest.fits(one)) continue
    if (one.kind === 'support') {
      const { name, place, text } = one
      shown.messages.push({ name, ...(place !== undefined && { place }), text })
    } else if (one.kind === 'endorsement') {
      const { organisation, place, signer, role } = one
      shown.endorsements.push({ organisation, place, signer, role })
    } else {
      const { target, date, locale, text } = one
      shown.replies.push({ target, date, locale, text })
    }
  }
  shown.replies.sort((a, b) => b.date.localeCompare(a.date))
  return shown
}

/** What is left of a page for each kind: once one has no place, older ones have none either. */
class PageBudget {
  readonly #left = { support: SHOWN_CHARS, endorsement: SHOWN_CHARS, reply: SHOWN_CHARS }

  fits(said: Submission): boolean {
    this.#left[said.kind] -= submissionText(said).length
    return this.#left[said.kind] >= 0
  }
}
