import type { Email } from '../message.ts'

/** What fills a slot: a text on one line, a text of several, or the address a link leads to. */
export type SlotKind = 'text' | 'lines' | 'url'

const BULK = { greeting: 'text', note: 'text', noteLang: 'text', noteDir: 'text', unsubscribe: 'url' } as const

/**
 * Everything that differs between the recipients of an e-mail. `confirm`, `letter` and `voice` have nothing the sender typed, on purpose:
 * anybody can type somebody else's address. A receipt goes to a mailbox that has been confirmed. Nor has
 * `moderate`, which names no text that nobody has read yet.
 */
export const SLOTS = {
  confirm: { confirm: 'url' },
  welcome: { greeting: 'text', unsubscribe: 'url' },
  appeal: BULK,
  update: BULK,
  goodbye: {},
  'my-data': { preferences: 'url', export: 'url', erase: 'url' },
  letter: { confirm: 'url' },
  receipt: { outcome: 'lines', letters: 'lines' },
  news: { outcome: 'text', stop: 'url' },
  voice: { confirm: 'url' },
  moderate: { waiting: 'text', links: 'lines' },
} as const satisfies Record<Email, Record<string, SlotKind>>

export const slotsOf = (email: Email): Readonly<Record<string, SlotKind>> => SLOTS[email]

/** The values an e-mail takes: exactly its slots. */
export type ValuesOf<E extends Email> = { readonly [slot in keyof (typeof SLOTS)[E]]: string }
