import { currentCampaign } from '../../campaigns/current-campaign.ts'
import type { Settings } from '../../env.ts'
import { DAY_MS, MINUTE_MS } from '../../kit/durations.ts'
import { holdsLink, linksTo } from '../../kit/links/links.ts'
import { errorMessage } from '../../kit/result.ts'
import { raiseNotice } from '../../notices/raise-notice.ts'
import { mailboxQueueOf } from '../../objects.ts'
import type { LetterDraft } from '../drafts/draft.ts'
import { findWithheldNames, type WithheldName } from '../moderation/withheld-names.ts'
import type { ObjectContext, Tick } from '../object-context.ts'
import { returnedMail } from './returned-mail.ts'
import { type HeldLetter, openSubmission, submissionText } from './submission.ts'
import type { RefusedLetterRow } from './submission-row.ts'
import type { SubmissionState } from './submission-state.ts'
import type { SubmissionStatus } from './submission-status.ts'

/** Milliseconds that a letter waits for a moderator. A link to a moderator's page works as long. */
export const HELD_MS = 7 * DAY_MS
/** Letters that one alarm returns to their writers: each costs a request to a mailbox queue. */
const RETURNED_AT_ONCE = 40
/** Milliseconds until letters that could not be returned are tried again. */
const AGAIN_MS = 15 * MINUTE_MS

/** Whether a person must read a letter before it is sent, because its own words hold a link or an address. */
export const mustBeRead = ({ sentence, name, place = '' }: Pick<LetterDraft, 'sentence' | 'name' | 'place'>): boolean =>
  linksTo(sentence) || holdsLink(name) || holdsLink(place)

/** A letter as it waits for a moderator. Unlike other submissions it keeps its writer's address, which it needs to be sent or returned. */
export const toHeldLetter = ({ sentence, ...draft }: LetterDraft): HeldLetter => ({
  kind: 'letter',
  text: sentence,
  ...draft,
})

/** The draft that a held letter was made of. */
export const toLetterDraft = ({ kind: _, text, ...draft }: HeldLetter): LetterDraft => ({ sentence: text, ...draft })

/** Confirmed letters that wait for a moderator, and those that go back to their writers. */
export class HeldLetters {
  readonly #context: ObjectContext
  readonly #state: SubmissionState

  constructor(context: ObjectContext, state: SubmissionState) {
    this.#context = context
    this.#state = state
  }

  /** The decision about a letter, `pending` while it waits, or undefined when it was never held or was erased. */
  statusOf(id: string): SubmissionStatus | undefined {
    return this.#state.find(id)?.status
  }

  /** When the next letter has waited too long (epoch ms), or null when none waits. */
  nextReturn(): number | null {
    const oldest = this.#state.oldestHeld()
    return oldest === null ? null : oldest + HELD_MS
  }

  /**
   * Gives up letters that nobody decided about in time, and mails refused ones back to their writers. Returns when to go on (epoch ms), or
   * null when none is left. A letter's text is deleted once its mail is queued, so a crash repeats at most a mail of the same key.
   */
  async returnLetters(
    { now, settings, retention }: Pick<Tick, 'now' | 'settings' | 'retention'>,
    withheldNames: () => readonly WithheldName[],
  ): Promise<number | null> {
    if (retention.over) this.#state.giveUpLetters('over', now)
    this.#state.giveUpLetters('undecided', now - HELD_MS)
    const due = this.#state.listRefusedLetters(RETURNED_AT_ONCE)
    if (due.length === 0) return null
    const withheld = withheldNames()
    let failed = false
    for (const row of due) {
      try {
        if (!(await this.#return(settings, row, withheld))) failed = true
      } catch (error) {
        failed = true
        console.error('returned letter', this.#context.slug(), errorMessage(error))
      }
    }
    if (failed) return now + AGAIN_MS
    return due.length === RETURNED_AT_ONCE ? now : null
  }

  /** False when the writer's queue is full. A letter that cannot be read has no address: organisers are told instead. */
  async #return(
    settings: Settings,
    { id, author, sealed, reason }: RefusedLetterRow,
    withheld: readonly WithheldName[],
  ): Promise<boolean> {
    const { env } = this.#context
    const slug = this.#context.slug()
    const letter = await openSubmission(settings.keys, slug, id, sealed)
    if (letter?.kind !== 'letter') {
      this.#state.dropText(id)
      await raiseNotice(env, { kind: 'letters-not-returned', subject: slug })
      return true
    }
    const isNamed = findWithheldNames(submissionText(letter), withheld).length > 0
    const campaign = await currentCampaign(env, slug)
    const mail = returnedMail(campaign, id, letter, reason, !isNamed)
    if ((await mailboxQueueOf(env, author).enqueue(mail, 'lasting')) === 'full') return false
    this.#state.dropText(id)
    return true
  }
}
