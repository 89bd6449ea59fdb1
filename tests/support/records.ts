import { vi } from 'vitest'
import { suppressionOf } from '../../src/objects.ts'
import type { Supporter } from '../../src/supporter-list/supporter.ts'
import { currentRecord } from '../../src/supporters/current-record.ts'
import { runtimeDeps } from '../../src/supporters/runtime-deps.ts'
import { addressOf, testSettings } from './supporter-world.ts'
import { bindings } from './visitor.ts'

const settings = await testSettings()

/** The supporter's record as pages show it, also before KV has it; null for people who are not on the list. */
export async function recordOf(email: string): Promise<Supporter | null> {
  const fingerprint = await settings.fingerprint(addressOf(email))
  return currentRecord(runtimeDeps(bindings, settings), fingerprint, await suppressionOf(bindings).status(fingerprint))
}

/** The names of all keys in SUPPORTERS once they satisfy `is`. */
export const keysWhen = (is: (names: string[]) => boolean): Promise<string[]> =>
  vi.waitFor(
    async () => {
      const names = (await bindings.SUPPORTERS.list()).keys.map(({ name }) => name)
      if (!is(names)) throw new Error(`expected keys not reached: ${names}`)
      return names
    },
    { timeout: 10_000, interval: 25 },
  )
