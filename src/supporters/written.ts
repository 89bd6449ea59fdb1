import { catalogue } from '../campaigns/catalogue.ts'
import type { Bindings } from '../dispatch/bindings.ts'
import type { Deps } from './deps.ts'

/** What supporters' own routes ask of a campaign's object, whose class stands later in the import order. */
type Remembering = {
  keptOf(fingerprint: string): Promise<object | null>
  forget(fingerprint: string): Promise<void>
}

/** What every campaign keeps of people who have written in it; somebody who leaves nothing behind has all of them asked. */
export function writtenIn(env: Bindings): Deps['written'] {
  const objects = env.ACTIONS as unknown as { getByName(slug: string): Remembering }
  const all = async () => (await catalogue(env.CONTENT).list()).map(({ slug }) => slug)
  return {
    async keptOf(fingerprint) {
      const found = await Promise.all(
        (await all()).map(async (campaign) => ({
          campaign,
          kept: await objects.getByName(campaign).keptOf(fingerprint),
        })),
      )
      return found.flatMap(({ campaign, kept }) => (kept === null ? [] : [{ campaign, kept }]))
    },
    async forget(fingerprint) {
      await Promise.all((await all()).map((slug) => objects.getByName(slug).forget(fingerprint)))
    },
  }
}
