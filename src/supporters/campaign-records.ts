import { catalogue } from '../campaigns/catalogue.ts'
import { actionsOf } from '../objects.ts'
import type { Deps } from './deps.ts'

/** What every campaign keeps of people who have written in it; somebody who leaves nothing behind has all of them asked. */
export function writtenIn(env: Env): Deps['written'] {
  const all = async () => (await catalogue(env.CONTENT).list()).map(({ slug }) => slug)
  return {
    async keptOf(fingerprint) {
      const found = await Promise.all(
        (await all()).map(async (campaign) => ({
          campaign,
          kept: await actionsOf(env, campaign).keptOf(fingerprint),
        })),
      )
      return found.flatMap(({ campaign, kept }) => (kept === null ? [] : [{ campaign, kept }]))
    },
    async forget(fingerprint) {
      await Promise.all((await all()).map((slug) => actionsOf(env, slug).forget(fingerprint)))
    },
  }
}
