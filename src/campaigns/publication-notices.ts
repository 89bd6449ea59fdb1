import { raiseNotice } from '../notices/raise-notice.ts'

/** Failures in a row after which organisers are told: some five minutes, longer than a passing refusal of KV. */
const FAILURES_BEFORE_NOTICE = 5

/** Tells organisers, once each, of publications that several tries did not deliver. In memory: after a restart it counts anew. */
export class PublicationNotices {
  readonly #failures = new Map<string, number>() // in a row, by slug

  /** Counts one try. `undelivered` are the slugs that it did not deliver. */
  async count(env: Env, undelivered: readonly string[]): Promise<void> {
    for (const slug of this.#failures.keys()) if (!undelivered.includes(slug)) this.#failures.delete(slug)
    for (const slug of undelivered) {
      const failures = (this.#failures.get(slug) ?? 0) + 1
      this.#failures.set(slug, failures)
      if (failures === FAILURES_BEFORE_NOTICE)
        await raiseNotice(env, { kind: 'publication-not-delivered', subject: slug })
    }
  }
}
