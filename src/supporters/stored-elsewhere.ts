import { parseJson } from '../kit/parse-json.ts'
import { placesOf } from '../objects.ts'
import type { FoundElsewhere, SupporterDeps } from './supporter-deps.ts'

/** What objects of the list of places store about a person: campaigns, dispatches, imports, and the queue of their mailbox. */
export const storedElsewhere = (env: Env): SupporterDeps['elsewhere'] => ({
  async find(person) {
    const all: FoundElsewhere[] = []
    let after: string | null = ''
    while (after !== null) {
      const page: Awaited<ReturnType<ReturnType<typeof placesOf>['find']>> = await placesOf(env).find(person, after)
      for (const { kind, name, kept } of page.found)
        all.push({ kind, name: name.split('/')[0] ?? '', kept: keptObject(kept) })
      after = page.next
    }
    return all
  },
  erase: (person) => placesOf(env).erase(person),
})

function keptObject(text: string): object {
  const kept = parseJson(text)
  if (typeof kept !== 'object' || kept === null) throw new Error('a place answered without an object')
  return kept
}
