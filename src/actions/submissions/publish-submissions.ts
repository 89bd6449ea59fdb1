import * as z from 'zod'
import { type PublicVoices, tellVoices } from '../../campaigns/public-submissions.ts'
import { namedIn, type Withheld } from '../moderation/withheld-names.ts'
import type { Look, Shell } from '../object-context.ts'
import { markOf } from './content-hash.ts'
import { openVoice, type Voice, wordsIn } from './submission.ts'
import type { VoiceState } from './submission-state.ts'

/** What a page can carry of each kind: beyond it, nobody reads on. */
const SHOWN_MESSAGES = 50
const SHOWN_ENDORSEMENTS = 200
const SHOWN_REPLIES = 20
/** UTF-16 units of all of a kind together: with them the page stays below the 30 kB it may bring over the line (DESIGN §6). */
const SHOWN_CHARS = 10_000

/** Milliseconds until another try: KV takes one write a second of a key. */
const AGAIN_MS = 15_000

/**
 * Tells the campaign's page what it may show, when that has changed: new voices, one that was taken back, or somebody who may be named no
 * more. Answers when to try again, or null.
 */
export async function showVoices(
  { env, db, slug }: Shell,
  state: VoiceState,
  { settings: { keys } }: Look,
  withheld: readonly Withheld[],
): Promise<number | null> {
  const open = async (kind: Voice['kind'], most: number): Promise<Voice[]> => {
    const rows = state.shown(kind, most)
    const opened = await Promise.all(rows.map(({ id, sealed }) => openVoice(keys, slug(), id, sealed ?? '')))
    return opened.filter((said) => said !== null).filter((said) => namedIn(wordsIn(said), withheld).length === 0)
  }
  const said = await Promise.all([
    open('support', SHOWN_MESSAGES),
    open('endorsement', SHOWN_ENDORSEMENTS),
    open('reply', SHOWN_REPLIES),
  ])
  const shown = publicFrom(said.flat())
  const mark = await markOf(keys, JSON.stringify(shown)) // keyed: the state says nothing of what was said
  const entry = db.entry('shown', z.string())
  const before = entry.get()
  const nothing = shown.messages.length + shown.endorsements.length + shown.replies.length === 0
  if (before === mark || (before === undefined && nothing)) return null
  try {
    await tellVoices(env.CONTENT, keys, slug(), shown)
    entry.put(mark)
    return null
  } catch {
    return Date.now() + AGAIN_MS
  }
}

/** Each kind as the page shows it; given the newest first. */
export function publicFrom(said: readonly Voice[]): PublicVoices {
  const newest = new Room()
  const shown: PublicVoices = { messages: [], endorsements: [], replies: [] }
  for (const one of said) {
    if (!newest.takes(one)) continue
    if (one.kind === 'support') {
      const { name, place, text } = one
      shown.messages.push({ name, ...(place !== undefined && { place }), text })
    } else if (one.kind === 'endorsement') {
      const { organisation, place, signer, role } = one
      shown.endorsements.push({ organisation, place, signer, role })
    } else {
      const { target, date, locale, text } = one
      shown.replies.push({ target, date, locale, text })
    }
  }
  shown.replies.sort((a, b) => b.date.localeCompare(a.date))
  return shown
}

/** What is left of a page for each kind: once one has no place, older ones have none either. */
class Room {
  readonly #left = { support: SHOWN_CHARS, endorsement: SHOWN_CHARS, reply: SHOWN_CHARS }

  takes(said: Voice): boolean {
    this.#left[said.kind] -= wordsIn(said).length
    return this.#left[said.kind] >= 0
  }
}
