import type { PublicSubmissions } from '../../campaigns/public-submissions.ts'
import { defined } from '../../kit/defined.ts'
import type { Keyring } from '../../security/keyring.ts'
import { findWithheldNames, type WithheldName } from '../moderation/withheld-names.ts'
import { contentHash } from './content-hash.ts'
import { openSubmission, type Submission, submissionText } from './submission.ts'
import type { SubmissionState } from './submission-state.ts'

/** Submissions of each kind on a page, at most: more would not be read. */
const SHOWN_MESSAGES = 50
const SHOWN_ENDORSEMENTS = 200
const SHOWN_REPLIES = 20
/** UTF-16 units of all submissions of one kind, at most. They keep the page below its limit of 30 kB of transfer (DESIGN §6). */
const SHOWN_CHARS = 10_000

/** The submissions for the page. `hash` discloses no text. */
export type ShownSubmissions = { shown: PublicSubmissions; hash: string }

/** Reads the submissions that the campaign's page shows. Texts with a withheld name are left out. */
export async function readShown(
  state: SubmissionState,
  keys: Keyring,
  slug: string,
  withheld: readonly WithheldName[],
): Promise<ShownSubmissions> {
  const open = async (kind: Submission['kind'], most: number): Promise<Submission[]> => {
    const rows = state.listShown(kind, most)
    const opened = await Promise.all(rows.map(({ id, sealed }) => openSubmission(keys, slug, id, sealed ?? '')))
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
  return { shown, hash: await contentHash(keys, JSON.stringify(shown)) }
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
