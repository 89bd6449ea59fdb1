import { join } from 'node:path'
import { root } from '../../local/bundle.ts'
import { SECRETS } from '../events.ts'

/** State that an earlier version of the code stored. A test opens it with today's code. */
export const RECORDED_STATE = join(root, 'tests', 'recorded-state')
/** The folder as the runtime persists it: KV and one SQLite file for each Durable Object. */
export const STATE_FOLDER = join(RECORDED_STATE, 'state')
export const FACTS_FILE = join(RECORDED_STATE, 'facts.json')

/** Settings of the recorded deployment that other recordings do not have. */
export const STATE_SETTINGS = { MAILGUN_WEBHOOK_SECRET: SECRETS.mailgun, LOCALES: 'en,ru' }

/** What was true when the state was recorded. `views` holds the body of each answer by its path. */
export type RecordedFacts = {
  views: Record<string, string>
  /** Id of a dispatch that is paused before its time. */
  pausedDispatch: string
  /** Id of an import with people who wait for their confirmation mail. */
  import: string
  /** Id of a submission that waits for a moderator. */
  submission: string
  /** Paths of mailed links that nobody has used yet. */
  links: { confirmLetter: string; unsubscribe: string }
}
