import { standStill } from './time.ts'

/** Monday, 7 December 2026, noon in UTC: every office of the campaigns is open. */
const STANDS_AT = Date.UTC(2026, 11, 7, 12)

// Loaded first in a build whose answers are compared with earlier ones: a stopped clock, and a constant Math.random.
standStill(STANDS_AT)
Math.random = () => 0.5

/** URL that mails to the binding EMAIL are posted to. The server's `outbound` option answers; the host does not exist. */
const EMAIL_AT = 'https://email.binding/'

const EMAIL = {
  async send(mail: unknown): Promise<unknown> {
    const answer = await fetch(EMAIL_AT, { method: 'POST', body: JSON.stringify(mail) })
    return answer.json()
  },
}

const known = new WeakMap<object, object>()

/** Adds the binding EMAIL if EMAIL_IS_FETCHED is set. Returns the same object for the same env, since settings are cached by it. */
export function envOf<Env extends object>(env: Env): Env {
  if (!('EMAIL_IS_FETCHED' in env)) return env
  const bound = known.get(env) ?? { ...env, EMAIL }
  known.set(env, bound)
  return bound as Env
}
