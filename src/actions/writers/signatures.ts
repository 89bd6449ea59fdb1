import type { Settings } from '../../env.ts'
import { openConsent, sealConsent, type WriterConsent } from './consent.ts'
import { findErased } from './erasure.ts'
import type { WriterState } from './writer-state.ts'

/** Writers read with one query. */
const PAGE = 500

type WriterSignature = NonNullable<WriterConsent['shown']>

/** `unreadable`: writers whose consent does not open, so that it is not known whether they agreed to be named. */
export type WriterSignatures = { signatures: WriterSignature[]; unreadable: number }

/** The writers who agreed to be named, in alphabetical order. Writers who were erased since are left out. */
export async function listSignatures(
  env: Env,
  settings: Settings,
  slug: string,
  writers: WriterState,
): Promise<WriterSignatures> {
  const all: WriterSignature[] = []
  let unreadable = 0
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page = writers.listConsenting(after, PAGE)
    const erased = await findErased(env, page)
    for (const { fingerprint, draft, consent } of page) {
      if (erased.has(fingerprint)) continue
      const opened = await openConsent(settings.keys, slug, draft, consent)
      if (opened === null) unreadable++
      else if (opened.shown !== undefined) all.push(opened.shown)
    }
    after = page.length < PAGE ? undefined : page.at(-1)?.writer
  }
  const { compare } = new Intl.Collator()
  return { signatures: all.sort((a, b) => compare(a.name, b.name)), unreadable }
}

/**
 * Withdraws a writer's consent to updates. The consent to be named stays, except in a row that cannot be read: it is deleted, because
 * a withdrawal always holds. `writer` is the fingerprint of the mailbox.
 */
export async function stopUpdates(settings: Settings, slug: string, writers: WriterState, writer: string) {
  const [row] = writers.listConsents(writer)
  if (row === undefined) return
  const shown = (await openConsent(settings.keys, slug, row.draft, row.consent))?.shown
  writers.updateConsent(
    writer,
    shown === undefined ? null : await sealConsent(settings.keys, slug, row.draft, { shown }),
  )
}
