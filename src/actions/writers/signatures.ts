import type { Settings } from '../../env.ts'
import { openConsent, sealConsent, type WriterConsent } from './consent.ts'
import { findErased } from './erasure.ts'
import type { WriterState } from './writer-state.ts'

/** Writers looked at in one read. */
const PAGE = 500

export type WriterSignature = NonNullable<WriterConsent['shown']>

/** Who has written and lets their name be shown, in the order of the alphabet; not who has had themselves erased since. */
export async function listSignatures(
  env: Env,
  settings: Settings,
  slug: string,
  writers: WriterState,
): Promise<WriterSignature[]> {
  const all: WriterSignature[] = []
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page = writers.listConsenting(after, PAGE)
    const gone = await findErased(env, page)
    for (const { fingerprint, draft, consent } of page) {
      if (gone.has(fingerprint)) continue
      const { shown } = await openConsent(settings.keys, slug, draft, consent)
      if (shown !== undefined) all.push(shown)
    }
    after = page.length < PAGE ? undefined : page.at(-1)?.writer
  }
  const { compare } = new Intl.Collator()
  return all.sort((a, b) => compare(a.name, b.name))
}

/** A writer wants no more news; that their name may be shown stands. */
export async function stopUpdates(settings: Settings, slug: string, writers: WriterState, writer: string) {
  const [row] = writers.listConsents(writer)
  if (row === undefined) return
  const { shown } = await openConsent(settings.keys, slug, row.draft, row.consent)
  writers.updateConsent(
    writer,
    shown === undefined ? null : await sealConsent(settings.keys, slug, row.draft, { shown }),
  )
}
