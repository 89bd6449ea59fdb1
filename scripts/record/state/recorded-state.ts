import { join } from 'node:path'
import { root } from '../../local/bundle.ts'
import { SECRETS } from '../events.ts'

/** Folder of a state that an earlier version of the code stored. A test opens the state with today's code. */
export const RECORDED_STATE = join(root, 'tests', 'recorded-state')
/** The folder as the runtime persists it: KV and one SQLite file for each Durable Object. */
export const STATE_FOLDER = join(RECORDED_STATE, 'state')
export const FACTS_FILE = join(RECORDED_STATE, 'facts.json')

/** Settings of the deployment with the recorded state, besides those of all recordings. */
export const STATE_SETTINGS = { MAILGUN_WEBHOOK_SECRET: SECRETS.mailgun, LOCALES: 'en,ru' }

/** Facts about the recorded state. `views`: bodies of answers by path. */
export type RecordedFacts = {
  views: Record<string, string>
  /** Id of a scheduled dispatch that is paused. */
  pausedDispatch: string
  /** Id of an import with rows that wait for a confirmation mail. */
  import: string
  /** Id of a submission that waits for moderation. */
  submission: string
  /** Paths of mailed links that are not used yet. */
  links: { confirmLetter: string; unsubscribe: string }
}
