import { standStill } from './time.ts'

/** Monday, 7 December 2026, noon in UTC: every office of the campaigns is open. */
export const STANDS_AT = Date.UTC(2026, 11, 7, 12)

/** For a build whose answers are compared with earlier ones: the clock stands still until it is moved, and chance always says one half. */
standStill(STANDS_AT)
Math.random = () => 0.5

/** Where the mails go that are handed to the binding EMAIL: to nobody, unless whoever started the server answers what it fetches. */
export const EMAIL_AT = 'https://email.binding/'

const EMAIL = {
  async send(mail: unknown): Promise<unknown> {
    const answer = await fetch(EMAIL_AT, { method: 'POST', body: JSON.stringify(mail) })
    return answer.json()
  },
}

const known = new WeakMap<object, object>()

/** With the binding EMAIL, where EMAIL_IS_FETCHED is set. The same object for the same bindings: settings are kept by it. */
export function envOf<Env extends object>(env: Env): Env {
  if (!('EMAIL_IS_FETCHED' in env)) return env
  const bound = known.get(env) ?? { ...env, EMAIL }
  known.set(env, bound)
  return bound as Env
}
